import Foundation
import JobCore
import JobExecutors
import JobSQLite
import Testing

/// A job tells its outcome: from the job file to a receiver that checks the signature.
@Suite struct CallbackTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private static func job(_ url: String) -> String {
        """
        name: told
        callbacks: [{url: "\(url)/hook", on: [failed]}, {url: "\(url)/never", on: [succeeded]}]
        steps: [{name: s, command: {argv: ["false"]}}]
        """
    }

    @Test(
        "A worker with a secret posts the signed outcome, and the callback is a job to look at", .timeLimit(.minutes(1))
    )
    func signed() async throws {
        let server = try AnsweringServer([.init("204 No Content")])
        let workspace = try Workspace()
        let id = try await workspace.submit(Self.job(server.url))[0]
        let file = try workspace.write("secrets", "\(Self.secret)\n")
        let outcome = try await workspace.jobctl("worker", "--until-empty", "--callback-secret-file", file)
        #expect(outcome.code == 0)
        #expect(!(outcome.errors + outcome.text).contains(Self.secret))
        #expect(server.requests.count == 1)
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /hook HTTP/1.1"))
        let parts = request.components(separatedBy: "\r\n\r\n")
        var fields: [String: String] = [:]
        for line in parts[0].components(separatedBy: "\r\n").dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            fields[pair[0].lowercased()] = pair.count > 1 ? pair[1] : ""
        }
        let timestamp = try #require(fields["webhook-timestamp"].flatMap { Int64($0) })
        let hook = try #require(fields["webhook-id"])
        let expected = try #require(WebhookSecret(Self.secret))
            .signature(id: hook, timestamp: timestamp, body: Array(parts[1].utf8))
        #expect(fields["webhook-signature"] == expected)
        let event = try JSONParser.parse(Array(parts[1].utf8))
        #expect(event["type"] == "job.finished")
        #expect(event["data"]?["id"] == .string(id))
        #expect(event["data"]?["status"] == "failed")
        let callback = try await workspace.show(hook)
        #expect(callback["status"] == "succeeded")
        #expect(callback["tags"] == .object(["callbackFor": .string(id)]))
    }

    @Test("Without a secret the callback waits for a worker that has one", .timeLimit(.minutes(1)))
    func waiting() async throws {
        let server = try AnsweringServer([.init("200 OK")])
        let workspace = try Workspace()
        _ = try await workspace.submit(Self.job(server.url))
        #expect(try await workspace.jobctl("worker", "--until-empty").code == 0)
        #expect(server.requests.isEmpty)
        let environment = ["JOBCTL_CALLBACK_SECRETS": "\(Self.secret) \(Self.secret)"]
        let outcome = try await workspace.jobctl("worker", "--until-empty", environment: environment)
        #expect(outcome.code == 0)
        #expect(server.requests.count == 1)
    }

    @Test("A run works on its own job and leaves the callback to a worker", .timeLimit(.minutes(1)))
    func run() async throws {
        let workspace = try Workspace()
        let file = try workspace.write("told.yaml", Self.job("http://127.0.0.1:9"))
        #expect(try await workspace.jobctl("run", file).code == 1)
        let list = try await workspace.jobctl("list", "--json").json
        guard case .array(let jobs)? = list["jobs"] else { return }
        #expect(Set(jobs.map { $0["status"] }) == ["failed", "queued"])
        #expect(jobs.contains { $0["queue"] == "callbacks" })
    }

    @Test("What is no secret is refused without being shown", .timeLimit(.minutes(1)))
    func badSecret() async throws {
        let workspace = try Workspace()
        let file = try workspace.write("secrets", "\(Self.secret)\nhunter2hunter2\n")
        let outcome = try await workspace.jobctl("worker", "--until-empty", "--callback-secret-file", file)
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("entry 2 of \(file)"))
        #expect(!outcome.errors.contains("hunter2"))
    }
}
