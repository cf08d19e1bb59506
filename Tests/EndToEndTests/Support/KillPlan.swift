import Foundation
import JobCore
import JobSQLite
import JobTesting
import Synchronization

/// Kills workers at even distances of progress, and remembers what was recorded at those moments.
final class KillPlan: Sendable {
    private struct State {
        var killed = 0
        var recorded: [String: Int] = [:]
    }

    private let store: SQLiteQueue
    private let ids: [JobID]
    private let workspace: Workspace
    private let kills: Int
    private let started = EventLog<pid_t>()
    private let state = Mutex(State())

    init(store: SQLiteQueue, ids: [String], workspace: Workspace, kills: Int) {
        self.store = store
        self.ids = ids.compactMap { JobID($0) }
        self.workspace = workspace
        self.kills = kills
    }

    /// How many workers were killed.
    var killed: Int { state.withLock(\.killed) }

    /// For each step that was recorded when a worker was killed: how often it had run by then.
    var recorded: [String: Int] { state.withLock(\.recorded) }

    /// Runs a worker until all is done, and a new one when it was killed.
    func keepWorking() async throws {
        while true {
            let (_, outcome) = try await workspace.withJobctl(
                "worker", "--until-empty", "--lease", "1s", "--concurrency", "2", "--log-level", "warning"
            ) { worker in
                self.started.record(worker.process)
            }
            if outcome.code == 0 { return }
            guard outcome.code == -Int(SIGKILL) else { throw Workspace.Failure(text: "\(outcome)") }
        }
    }

    /// Kills one worker after the other, each time that some more steps have been recorded.
    func kill() async throws {
        let distance = max(1, ids.count * 3 / (kills + 1))
        for number in 1...kills {
            try await waitForSteps(number * distance)
            let done = try await recordedSteps()
            // After what was recorded: each of those steps is in the ledger already.
            let ledger = workspace.lines(of: "ledger")
            let counts = Dictionary(ledger.map { ($0, 1) }, uniquingKeysWith: +)
            // The one that has been running for longest; a killed one is replaced.
            let victim = try await started.wait(for: number)[number - 1]
            state.withLock { state in
                for entry in done where state.recorded[entry] == nil { state.recorded[entry] = counts[entry] ?? 0 }
                if Foundation.kill(victim, SIGKILL) == 0 { state.killed += 1 }
            }
        }
    }

    private func recordedSteps() async throws -> [String] {
        var entries: [String] = []
        for id in ids {
            guard let job = try await store.job(id) else { continue }
            entries += job.outputs.keys.map { "\(id) \($0)" }
        }
        return entries
    }

    private func waitForSteps(_ count: Int) async throws {
        let signals = store.signals(for: .everything)
        if try await recordedSteps().count >= count { return }
        for await _ in signals where try await recordedSteps().count >= count { return }
    }
}
