import JobCore
import JobSQLite
import Testing

/// The commands that decide about named queues, workers and what is kept.
@Suite struct ControlCommandTests {
    private static let plain = "name: plain\nqueue: mail\nsteps: [{name: s, command: {argv: [echo, hello]}}]"

    @Test("A queue is paused, bounded and listed", .timeLimit(.minutes(1)))
    func queues() async throws {
        let workspace = try Workspace()
        _ = try await workspace.submit(Self.plain)
        #expect(try await workspace.jobctl("queue").lines.last == "mail   1        0        0         none   no")
        let bounded = try await workspace.jobctl("queue", "limit", "mail", "2")
        #expect(bounded.lines == ["mail: handed out, at most 2 at once"])
        let paused = try await workspace.jobctl("queue", "pause", "mail", "--json").json
        #expect(paused["paused"] == true)
        #expect(paused["concurrency"] == 2)

        #expect(try await workspace.jobctl("worker", "--queues", "mail", "--until-empty").code == 0)
        let held = try await workspace.jobctl("queue", "list", "--json").json["queues"]?[0]
        #expect(held?["name"] == "mail")
        #expect(held?["counts"]?["queued"] == 1)

        #expect(try await workspace.jobctl("queue", "limit", "mail", "none").lines == ["mail: paused, no limit"])
        #expect(try await workspace.jobctl("queue", "resume", "mail").lines == ["mail: handed out, no limit"])
        #expect(try await workspace.jobctl("worker", "--queues", "mail", "--until-empty").code == 0)
        #expect(try await workspace.jobctl("queue").lines.last == "mail   0        0        1         none   no")

        for limit in ["0", "-1", "many", "1000001"] {
            #expect(try await workspace.jobctl("queue", "limit", "mail", "--", limit).code == 64)
        }
        #expect(try await workspace.jobctl("queue", "pause", "no name").code == 64)
    }

    @Test("Finished jobs are deleted, and others are not", .timeLimit(.minutes(1)))
    func delete() async throws {
        let workspace = try Workspace()
        let finished = try await workspace.submit("name: empty\nsteps: []")[0]
        let waiting = try await workspace.submit(Self.plain)[0]
        let outcome = try await workspace.jobctl("delete", "no-id", waiting, finished, "--json")
        #expect(outcome.code == 66)
        #expect(outcome.errors.contains("there is no job \"no-id\""))
        #expect(try outcome.json["deleted"] == [.string(finished)])
        #expect(outcome.errors.contains("cannot delete \(waiting)"))
        #expect(try await workspace.jobctl("show", finished).code == 66)
        #expect(try await workspace.jobctl("delete", finished).code == 66)
        #expect(try await workspace.show(waiting)["status"] == "queued")
    }

    @Test("A worker is listed, and drains when it is told to", .timeLimit(.minutes(1)))
    func workers() async throws {
        let workspace = try Workspace()
        let store = try await workspace.openStore()
        let report = WorkerReport(
            name: "elsewhere", queues: ["mail"], slots: 4, version: "1", host: "host", processID: 1,
            startedAt: TimeSource.system.now)
        #expect(try await !store.report(report).drain)
        let listed = try await workspace.jobctl("workers", "--json").json["workers"]?[0]
        #expect(listed?["name"] == "elsewhere")
        #expect(listed?["queues"] == ["mail"])
        #expect(try await workspace.jobctl("workers", "drain", "elsewhere").lines == ["draining elsewhere"])
        #expect(try await store.report(report).drain)
        let lines = try await workspace.jobctl("workers").lines
        #expect(lines.last?.hasPrefix("elsewhere  mail    0     4") == true)
        #expect(lines.last?.hasSuffix("draining") == true)
        #expect(try await workspace.jobctl("workers", "drain", "nobody").code == 1)
        try await store.close()
    }
}
