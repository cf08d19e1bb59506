import Foundation
import JobCore
import Testing

/// `jobctl serve` and `jobctl token` as their users meet them, with curl as the client.
@Suite(.timeLimit(.minutes(3))) struct ServeTests {
    @Test func `a job is submitted over HTTP, run by the server, and its log followed`() async throws {
        let workspace = try Workspace()
        let run = try await workspace.withJobctl(
            "serve", "--listen", "127.0.0.1:0", "--no-auth", "--allow", "command"
        ) { server in
            let url = try await Self.url(of: server)
            try workspace.write(
                "job.yaml", "name: hello\nsteps:\n  - {name: say, command: {argv: [echo, served]}}\n")
            let posted = try await workspace.shell(
                "curl -sS \(url)/v1/jobs -H 'Content-Type: application/yaml' --data-binary @job.yaml")
            let id = try #require(try posted.json["id"]?.stringValue)
            let log = try await workspace.shell("curl -sSN '\(url)/v1/jobs/\(id)/logs?follow=true'")
            #expect(log.text.contains("served\n"))
            let events = try await workspace.shell("curl -sSN \(url)/v1/jobs/\(id)/events")
            #expect(events.text.contains(#""status":"succeeded""#))
            let refused = try await workspace.shell(
                "curl -sS \(url)/v1/jobs -d '{\"name\": \"x\", \"steps\": [{\"name\": \"a\", \"command\": {\"shell\": \"id\"}}]}'"
            )
            #expect(refused.text.contains("steps[0].command.shell") || refused.text.contains("unsupportedType"))
            server.send(SIGTERM)
        }
        #expect(run.outcome.code == 0, "\(run.outcome)")
    }

    @Test func `tokens are made, used, listed and revoked`() async throws {
        let workspace = try Workspace()
        let made = try await workspace.jobctl(
            "token", "create", "--name", "ci", "--scopes", "read,submit", "--queues", "a,b", "--expires", "1h", "--json"
        )
        let token = try #require(try made.json["token"]?.stringValue)
        let id = try #require(try made.json["id"]?.stringValue)
        let run = try await workspace.withJobctl("serve", "--listen", "127.0.0.1:0", "--workers", "0") { server in
            let url = try await Self.url(of: server)
            let code = "curl -sS -o /dev/null -w '%{http_code}'"
            let with = try await workspace.shell("\(code) \(url)/v1/jobs -H 'Authorization: Bearer \(token)'")
            let without = try await workspace.shell("\(code) \(url)/v1/jobs")
            #expect(with.text == "200")
            #expect(without.text == "401")
            server.send(SIGTERM)
        }
        #expect(run.outcome.code == 0)
        #expect(!run.outcome.errors.contains(token))
        let listed = try await workspace.jobctl("token", "list")
        #expect(listed.text.contains("ci") && listed.text.contains("valid"))
        #expect(!listed.text.contains(token.split(separator: "_")[2]))
        #expect(try await workspace.jobctl("token", "revoke", id).code == 0)
        #expect(try await workspace.jobctl("token", "list", "--json").json["tokens"]?[0]?["status"] == "revoked")
        #expect(try await workspace.jobctl("token", "revoke", "none").code == 1)
    }

    @Test(arguments: [
        ["--listen", "0.0.0.0:0", "--no-auth"], ["--listen", "0.0.0.0:0"], ["--listen", "nowhere"],
        ["--tls-certificate", "x"], ["--path-prefix", "jobs/"], ["--allow", "anything"],
    ]) func `a server that would be open or wrong is not started`(_ options: [String]) async throws {
        let workspace = try Workspace()
        let outcome = try await workspace.jobctl(["serve"] + options)
        #expect(outcome.code == 64, "\(outcome)")
        #expect(!outcome.errors.isEmpty)
    }

    @Test func `a server works behind a path prefix`() async throws {
        let workspace = try Workspace()
        let run = try await workspace.withJobctl(
            "serve", "--listen", "127.0.0.1:0", "--no-auth", "--workers", "0", "--path-prefix", "/tools/jobs"
        ) { server in
            let url = try await Self.url(of: server)
            #expect(url.hasSuffix("/tools/jobs"))
            let posted = try await workspace.shell(
                "curl -sSi \(url)/v1/jobs -H 'Content-Type: application/json' -d '{\"name\": \"x\", \"steps\": []}'")
            #expect(posted.text.contains("/tools/jobs/v1/jobs/"))
            server.send(SIGTERM)
        }
        #expect(run.outcome.code == 0)
    }

    @Test func `a worker of the server that was drained ends, which is told, and the server goes on`() async throws {
        let workspace = try Workspace()
        let run = try await workspace.withJobctl("serve", "--listen", "127.0.0.1:0", "--no-auth") { server in
            let url = try await Self.url(of: server)
            let script = """
                until name=$(curl -sS \(url)/v1/workers | grep -o '"name":"[^"]*"' | cut -d'"' -f4) && test -n "$name"
                do :; done
                curl -sS -X POST "\(url)/v1/workers/$name/drain"
                """
            #expect(try await workspace.shell(script).json["draining"] == true)
            try await server.stderr.line(containing: "only a restart of the server brings it back")
            #expect(try await workspace.shell("curl -sS \(url)/readyz").json["status"] == "ready")
            server.send(SIGTERM)
        }
        #expect(run.outcome.code == 0, "\(run.outcome)")
    }

    private static func url(of server: RunningJobctl) async throws -> String {
        let line = try await server.stdout.line(containing: "Listening on ")
        return String(line.dropFirst("Listening on ".count))
    }
}
