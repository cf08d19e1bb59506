import Foundation
import JobCore
import Subprocess
import SystemPackage
import Testing

/// The same commands on a file and on a server: what they print and how they end must be the same.
@Suite(.timeLimit(.minutes(3)))
struct RemoteStoreTests {
    /// Where the commands work.
    enum Place: CaseIterable {
        case file, server
    }

    /// Calls `body` with the environment for commands at a place.
    private static func at(
        _ place: Place, in workspace: Workspace, _ body: @Sendable ([String: String]) async throws -> Void
    ) async throws {
        guard place == .server else { return try await body([:]) }
        let token = try await workspace.jobctl(
            "token", "create", "--name", "all", "--scopes", "read,submit,work,admin")
        let (_, outcome) = try await workspace.withJobctl(
            "serve", "--listen", "127.0.0.1:0", "--workers", "0", "--allow", "command,shell,http"
        ) { server in
            let line = try await server.stdout.line(containing: "Listening on ")
            let url = line.split(separator: " ").last.map { String($0) } ?? ""
            try await body(["JOBCTL_STORE": url, "JOBCTL_TOKEN": token.lines.first ?? ""])
            server.send(SIGTERM)
        }
        #expect(outcome.code == 0, "\(outcome)")
    }

    @Test("every command does the same", arguments: Place.allCases)
    func commands(place: Place) async throws {
        let workspace = try Workspace()
        try await Self.at(place, in: workspace) { environment in
            let run = { (words: [String], input: String) in
                try await workspace.jobctl(words, input: input, environment: environment)
            }
            let job = """
                name: hello
                tags: {team: data}
                steps:
                  - {name: greet, command: {shell: "echo hi; echo there >&2"}}
                  - {name: count, command: {argv: [wc, -c], input: "12345"}}
                """
            let submitted = try await run(["submit", "-"], job)
            #expect(submitted.code == 0, "\(submitted)")
            let id = try #require(submitted.lines.first)
            #expect(try await run(["list", "--json", "--tag", "team=data"], "").json["jobs"]?[0]?["id"] == .string(id))

            let worker = try await run(["worker", "--until-empty", "--log-level", "error"], "")
            #expect(worker.code == 0, "\(worker)")
            let shown = try await run(["show", id, "--json"], "").json
            #expect(shown["status"] == "succeeded")
            #expect(shown["steps"]?[0]?["output"]?["exitCode"] == 0)
            #expect(Set(try await run(["logs", id], "").lines) == ["hi", "there", "5"])
            #expect(try await run(["logs", "-f", id, "--step", "count"], "").text == "5\n")
            #expect(try await run(["wait", id], "").code == 0)
            #expect(try await run(["retry", id], "").code == 1)
            #expect(try await run(["cancel", id], "").code == 1)

            let failing = try await run(["run", "-"], "name: fails\nsteps: [{name: s, command: {shell: exit 3}}]")
            #expect(failing.code == 1, "\(failing)")
            let waiting = try await run(["submit", "-"], job + "\nnotBefore: 2099-01-01T00:00:00Z")
            let later = try #require(waiting.lines.first)
            let cancelled = try await run(["cancel", later], "")
            #expect(cancelled.code == 0 && cancelled.text == "\(later) cancelled\n", "\(cancelled)")
            #expect(try await run(["retry", later], "").text == "\(later) queued\n")
            #expect(try await run(["cancel", later], "").code == 0)
            #expect(try await run(["wait", later], "").code == 1)
            #expect(try await run(["prune", "--json"], "").json == ["deleted": 0])
            #expect(try await run(["doctor", "--json"], "").json["checks"]?[1]?["status"] != "fail")

            let unknown = JobID().description
            for words in [["show", unknown], ["cancel", unknown], ["logs", unknown], ["wait", unknown]] {
                #expect(try await run(words, "").code == 66, "\(words)")
            }
            let bad = try await run(["submit", "-"], "name: x\nsteps: [{name: s, http: {}}]")
            #expect(bad.code == 65 && bad.errors.contains("steps[0].http.url"))
        }
    }

    @Test("a server that is away, a bad token and a forbidden kind are told apart")
    func errors() async throws {
        let workspace = try Workspace()
        let away = try await workspace.jobctl("list", "--store", "http://127.0.0.1:1")
        #expect(away.code == 69, "\(away)")
        #expect(away.errors.contains("http://127.0.0.1:1"))
        let secret = "jk_abc_verysecret"
        let (_, outcome) = try await workspace.withJobctl("serve", "--listen", "127.0.0.1:0", "--workers", "0") {
            server in
            let line = try await server.stdout.line(containing: "Listening on ")
            let url = line.split(separator: " ").last.map { String($0) } ?? ""
            for words in [["list"], ["worker", "--until-empty"], ["show", JobID().description]] {
                let refused = try await workspace.jobctl(words + ["--store", url, "--token", secret])
                #expect(refused.code == 77, "\(refused)")
                #expect(!refused.description.contains("verysecret"))
            }
            let token = try await workspace.jobctl("token", "create", "--name", "s", "--scopes", "submit")
            let forbidden = try await workspace.jobctl(
                ["submit", "-", "--store", url], input: "name: x\nsteps: [{name: s, command: {shell: id}}]",
                environment: ["JOBCTL_TOKEN": token.lines.first ?? ""])
            #expect(forbidden.code == 77 && forbidden.errors.contains("steps[0].command.shell"), "\(forbidden)")
            server.send(SIGTERM)
        }
        #expect(outcome.code == 0)
        #expect(!outcome.description.contains("verysecret"))
    }

    private static let script = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("Scripts/crash-server")

    @Test("Nothing is lost or doubled when the server is killed", .timeLimit(.minutes(5)))
    func crash() async throws {
        let kills = ProcessInfo.processInfo.environment["JOBCTL_CRASH_SERVER_KILLS"] ?? "4"
        let result = try await Subprocess.run(
            .name("python3"),
            arguments: [
                Self.script.string, "--kills", kills, "--jobs", "40", "--seed", "1", "--program", Workspace.program,
            ],
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let text = result.standardOutput + result.standardError
        #expect(result.terminationStatus == .exited(0), "\(text)")
    }
}
