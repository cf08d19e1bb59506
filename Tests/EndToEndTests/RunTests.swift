import Foundation
import JobCore
import JobSQLite
import Testing

/// `jobctl run` when somebody stops it.
@Suite struct RunTests {
    /// A job whose second step waits at a gate, and whose steps leave traces in a ledger.
    private static let gated = """
        name: gated
        steps:
          - {name: first, command: {shell: "echo first >> ledger"}}
          - {name: second, command: {shell: "echo second >> ledger; cat gate"}}
          - {name: third, command: {shell: "echo third >> ledger"}}
        """

    @Test("A killed run goes on at its first unfinished step", .timeLimit(.minutes(1)))
    func resume() async throws {
        let workspace = try Workspace()
        let gate = try Fifo(workspace.path("gate"))
        try workspace.write("job.yaml", Self.gated)
        let (_, killed) = try await workspace.withJobctl("run", "job.yaml", "--lease", "1s") { run in
            try await run.stderr.line(containing: "[gated/second] running")
            // Only once the step is at the gate, so that it has left its trace.
            try await gate.whileReaderWaits { run.send(SIGKILL) }
        }
        #expect(killed.code == -9)

        let (_, resumed) = try await workspace.withJobctl("run", "--resume", "--json") { run in
            try await run.stderr.line(containing: "[gated/second] running (attempt 2)")
            try await gate.open()
        }

        #expect(resumed.code == 0, "\(resumed)")
        #expect(try resumed.json["status"] == "succeeded")
        #expect(try resumed.json["attempts"]?[0]?["outcome"] == "lost")
        let ledger = workspace.lines(of: "ledger")
        #expect(ledger.count { $0 == "first" } == 1)
        #expect(ledger.last == "third")
    }

    @Test("A killed run can be cancelled once its lease is over", .timeLimit(.minutes(1)))
    func cancelKilled() async throws {
        let workspace = try Workspace()
        let gate = try Fifo(workspace.path("gate"))
        try workspace.write("job.yaml", Self.gated)
        _ = try await workspace.withJobctl("run", "job.yaml", "--lease", "1s") { run in
            try await run.stderr.line(containing: "[gated/second] running")
            try await gate.whileReaderWaits { run.send(SIGKILL) }
        }
        let store = try await workspace.openStore()
        let job = try #require(try await store.page(JobFilter(), after: nil, limit: 1).jobs.first)
        let end = try #require(job.lease?.expiresAt)
        try await TimeSource.system.sleep(for: end - TimeSource.system.now + .milliseconds(10))
        let cancelled = try await workspace.jobctl("cancel", job.id.description, "--reason", "gone")
        #expect(cancelled.code == 0, "\(cancelled)")
        let shown = try await workspace.show(job.id.description)
        #expect(shown["status"] == "cancelled")
        #expect(shown["failure"]?["message"] == "gone")
        try await store.close()
    }

    @Test("^C cancels the job and ends with 130", .timeLimit(.minutes(1)))
    func interrupt() async throws {
        let workspace = try Workspace()
        _ = try Fifo(workspace.path("gate"))
        try workspace.write("job.yaml", Self.gated)

        let (_, outcome) = try await workspace.withJobctl("run", "job.yaml", "--json") { run in
            try await run.stderr.line(containing: "[gated/second] running")
            run.send(SIGINT)
        }

        #expect(outcome.code == 130, "\(outcome)")
        #expect(try outcome.json["status"] == "cancelled")
        #expect(try outcome.json["steps"]?[2]?["status"] == "skipped")
    }

    @Test("SIGTERM gives the job back for a later resume, at no cost of an attempt", .timeLimit(.minutes(1)))
    func terminate() async throws {
        let workspace = try Workspace()
        let gate = try Fifo(workspace.path("gate"))
        try workspace.write("job.yaml", Self.gated)
        let (_, stopped) = try await workspace.withJobctl("run", "job.yaml", "--json") { run in
            try await run.stderr.line(containing: "[gated/second] running")
            run.send(SIGTERM)
        }
        #expect(stopped.code == 130, "\(stopped)")
        #expect(try stopped.json["status"] == "queued")

        let id = try #require(try stopped.json["id"]?.stringValue)
        let (_, resumed) = try await workspace.withJobctl("run", "--resume", id, "--json") { run in
            try await run.stderr.line(containing: "[gated/second] running")
            try await gate.open()
        }
        #expect(resumed.code == 0, "\(resumed)")
        #expect(try resumed.json["steps"]?[1]?["attempts"] == 1)
        #expect(workspace.lines(of: "ledger").count { $0 == "first" } == 1)
    }

    @Test("A worker of the same store leaves the jobs of a run alone", .timeLimit(.minutes(1)))
    func privateQueue() async throws {
        let workspace = try Workspace()
        let gate = try Fifo(workspace.path("gate"))
        try workspace.write("job.yaml", Self.gated.replacing("name: gated", with: "name: gated\nqueue: reports"))
        let (_, outcome) = try await workspace.withJobctl("run", "job.yaml", "--json") { run in
            try await run.stderr.line(containing: "[gated/second] running")
            let worker = try await workspace.jobctl("worker", "--queues", "reports,default", "--until-empty")
            #expect(worker.code == 0)
            try await gate.open()
        }
        #expect(outcome.code == 0)
        #expect(try outcome.json["tags"]?["jobctl.queue"] == "reports")
        #expect(try outcome.json["attempts"]?[1] == nil)
    }

    @Test("A batch is worked whole, and one failure makes the exit code 1", .timeLimit(.minutes(1)))
    func batch() async throws {
        let workspace = try Workspace()
        let job = { (name: String, program: String) in
            "name: \(name)\nsteps: [{name: s, command: {argv: [\(program)]}}]"
        }
        let text = [job("a", "'true'"), job("b", "'false'"), job("c", "'true'")].joined(separator: "\n---\n")
        let outcome = try await workspace.jobctl("run", "-", "--json", input: text)
        #expect(outcome.code == 1)
        let statuses = try (0..<3).map { try outcome.json["jobs"]?[$0]?["status"]?.stringValue }
        #expect(statuses == ["succeeded", "failed", "succeeded"])
    }

    @Test("There is nothing to resume in a store without unfinished runs", .timeLimit(.minutes(1)))
    func nothingToResume() async throws {
        let workspace = try Workspace()
        let ids = try await workspace.submit("name: plain\nsteps: [{name: s, command: {argv: [a]}}]")
        let outcome = try await workspace.jobctl("run", "--resume")
        #expect(outcome.code == 66)
        let other = try await workspace.jobctl("run", "--resume", ids[0])
        #expect(other.code == 1)
        #expect(other.errors.contains("jobctl worker --queues default"))
    }

    @Test("A run in memory leaves no file", .timeLimit(.minutes(1)))
    func memory() async throws {
        let workspace = try Workspace()
        let outcome = try await workspace.jobctl(
            "run", "-", "--store", "memory:", input: "name: m\nsteps: [{name: s, command: {argv: [echo, hi]}}]")
        #expect(outcome.code == 0)
        #expect(outcome.lines == ["[m/s] hi"])
        #expect(!workspace.exists("state"))
    }

    @Test("run refuses at once what --allow leaves out", .timeLimit(.minutes(1)))
    func runForbidden() async throws {
        let workspace = try Workspace()
        let outcome = try await workspace.jobctl("run", "-", "--allow", "http", input: Self.gated)
        #expect(outcome.code == 77)
        #expect(outcome.errors.contains("the step first of gated is of kind shell, which --allow does not name"))
        #expect(!workspace.exists("state"))
    }
}
