internal import Synchronization

/// The handle by which the runner stops one run, and what the run last said of its progress.
final class RunControl: Sendable {
    private struct State {
        var task: TaskHandle?
        var progress: JobProgress?
    }

    /// A task that cancels may come from any thread; `UnsafeCurrentTask` allows that while the task lives.
    ///
    /// Protected by the mutex of ``RunControl``, which forgets it before the task ends.
    private struct TaskHandle: @unchecked Sendable {
        let task: UnsafeCurrentTask
    }

    private let state = Mutex(State())
    /// Apart from the rest, because what is cancelled asks for it at once, while the task is still held.
    private let stopReason = Mutex<StopReason?>(nil)
    /// The job and the lease that it runs under.
    let claim: Claim
    let id: RunID

    init(_ claim: Claim) {
        self.claim = claim
        id = RunID(job: claim.job.id, generation: claim.lease.generation)
    }

    /// Why the run must stop; nil while it may go on.
    var reason: StopReason? { stopReason.withLock { $0 } }

    /// Stops the run.
    ///
    /// The first reason counts, except that a lost lease overrides all others.
    func stop(_ reason: StopReason) {
        stopReason.withLock { known in
            if known == nil || reason == .leaseLost { known = reason }
        }
        // Held meanwhile, so that the task does not end before it is cancelled.
        state.withLock { $0.task?.task.cancel() }
    }

    /// Runs a body in the current task so that ``stop(_:)`` cancels it.
    func withStopping(_ body: @Sendable () async -> Void) async {
        await withUnsafeCurrentTask { @Sendable task in
            if let task {
                state.withLock { $0.task = TaskHandle(task: task) }
                // A stop that came before found no task to cancel.
                if reason != nil { task.cancel() }
            }
            await body()
            state.withLock { $0.task = nil }
        }
    }

    /// Keeps the newest progress until the next heartbeat takes it.
    func report(_ progress: JobProgress) {
        state.withLock { $0.progress = progress }
    }

    /// Takes back progress that could not be told, unless newer has come.
    func giveBack(_ progress: JobProgress) {
        state.withLock { $0.progress = $0.progress ?? progress }
    }

    /// The progress since the last call.
    func takeProgress() -> JobProgress? {
        state.withLock { state in
            defer { state.progress = nil }
            return state.progress
        }
    }
}

/// The handles of all runs of a runner.
final class RunControls: Sendable {
    private let controls = Mutex<[RunID: RunControl]>([:])

    subscript(_ id: RunID) -> RunControl? { controls.withLock { $0[id] } }

    var all: [RunControl] { controls.withLock { Array($0.values) } }

    func add(_ added: [RunControl]) {
        controls.withLock { controls in for control in added { controls[control.id] = control } }
    }

    func remove(_ ids: [RunID]) {
        controls.withLock { controls in for id in ids { controls[id] = nil } }
    }
}
