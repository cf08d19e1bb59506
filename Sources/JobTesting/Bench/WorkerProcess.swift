internal import JobCore
internal import Synchronization

/// One life of a worker on a test bench: the real runner, from its start until it is stopped or crashes.
final class WorkerProcess: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var hasEnded = false
        var isCrashed = false
        var error: (any Error)?
    }

    let store: WorkerStore
    let steps: StepBudget
    let kinds: Set<String>
    private let runner: JobRunner
    private let state = Mutex(State())

    /// Starts a runner that claims nothing until its store is opened.
    init(
        store: WorkerStore, executors: ExecutorRegistry, configuration: JobRunner.Configuration, stepBudget: Int?,
        time: TimeSource, random: RandomSource, activity: Activity
    ) {
        self.store = store
        steps = StepBudget(stepBudget)
        kinds = executors.kinds
        var watched = ExecutorRegistry()
        for kind in executors.kinds {
            guard let executor = executors[kind] else { continue }
            watched.register(WatchedExecutor(base: executor, activity: activity, steps: steps), for: kind)
        }
        runner = JobRunner(store: store, executors: watched, configuration: configuration, time: time, random: random)
        let task = Task(executorPreference: activity) { [weak self, runner] in
            var problem: (any Error)?
            do { try await runner.work() } catch { problem = error }
            self?.ended(problem)
        }
        state.withLock { $0.task = task }
    }

    deinit { runner.abandon() }

    private func ended(_ error: (any Error)?) {
        state.withLock { state in
            state.hasEnded = true
            // A dead process tells nobody why its calls failed.
            if !state.isCrashed { state.error = error }
        }
    }

    /// Whether the runner has returned.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// How many jobs it holds.
    var heldJobs: Int { runner.heldJobs }

    /// Hands over what the runner threw, once.
    func takeError() -> (any Error)? {
        state.withLock { state in
            defer { state.error = nil }
            return state.error
        }
    }

    /// Stops all runs and gives their jobs back.
    func stop() { runner.stopNow() }

    /// Stops claiming; the runner ends when what it holds has ended.
    func drain() { runner.drain() }

    /// Dies: nothing more of it is written.
    func crash() {
        state.withLock { $0.isCrashed = true }
        runner.abandon()
    }
}
