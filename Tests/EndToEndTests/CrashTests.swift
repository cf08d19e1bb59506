import Foundation
import JobCore
import JobSQLite
import Testing

/// Workers that are killed in the middle of their work.
@Suite struct CrashTests {
    /// How much is killed; `JOBCTL_CRASH_JOBS=150 JOBCTL_CRASH_KILLS=25` is the long form.
    private static func setting(_ name: String, _ standard: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
    }

    private static let jobs = setting("JOBCTL_CRASH_JOBS", 30)
    private static let kills = setting("JOBCTL_CRASH_KILLS", 4)

    @Test("Killing workers loses no job and runs no recorded step again", .timeLimit(.minutes(5)))
    func killedWorkers() async throws {
        let workspace = try Workspace()
        let step = { (name: String) in
            "{name: \(name), command: {shell: 'echo \"$JOB_ID $JOB_STEP\" >> ledger'}}"
        }
        let job =
            "name: ledger\nretry: {limit: 100, base: 0, multiplier: 0}\nsteps: [\(step("a")), \(step("b")), \(step("c"))]"
        let ids = try await workspace.submit(Array(repeating: job, count: Self.jobs).joined(separator: "\n---\n"))
        // Keeps the queue from being empty, so that workers end only when all kills are done.
        let held = try await workspace.submit("\(job)\nnotBefore: 2099-01-01T00:00:00Z")
        let store = try await workspace.openStore()
        let plan = KillPlan(store: store, ids: ids, workspace: workspace, kills: Self.kills)

        // Two workers, each started again as often as it is killed.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { try await plan.keepWorking() } }
            group.addTask {
                try await plan.kill()
                _ = try await workspace.jobctl("cancel", held[0])
            }
            try await group.waitForAll()
        }

        let ledger = workspace.lines(of: "ledger")
        #expect(plan.killed == Self.kills)
        for id in ids {
            let key = try #require(JobID(id))
            let job = try #require(try await store.job(key))
            #expect(job.status(at: TimeSource.system.now) == .succeeded)
            for name in ["a", "b", "c"] { #expect(ledger.contains("\(id) \(name)")) }
        }
        for (entry, count) in plan.recorded {
            #expect(ledger.count { $0 == entry } == count, "the recorded step \(entry) ran again")
        }
        try await store.close()
    }
}
