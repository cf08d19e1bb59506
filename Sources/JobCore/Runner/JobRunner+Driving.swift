/// What a test bench needs in order to drive the runner itself instead of imitating it.
extension JobRunner {
    /// The work of ``run()`` in the calling task: no graceful shutdown, and cancelling the task is up to the caller.
    ///
    /// Everything stays on the task executor that the caller prefers, but for what executors start for themselves, and for
    /// waits in a store where claims can wait: those are tasks of their own, so that they can be ended alone.
    package func work() async throws { try await core.run() }

    /// Stops all runs and gives their jobs back.
    package func stopNow() { core.stopNow() }

    /// Ends as a process does that is killed: runs are cancelled, and nothing of them is written any more.
    package func abandon() { core.abandon() }

    /// How many jobs the runner holds.
    package var heldJobs: Int { core.heldJobs }
}
