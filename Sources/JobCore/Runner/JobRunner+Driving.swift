/// What a test bench needs in order to drive the runner itself instead of imitating it.
extension JobRunner {
    /// The work of ``run()`` in the calling task: no graceful shutdown, and cancelling the task is up to the caller.
    ///
    /// Everything inside is structured, so it stays on the task executor that the caller prefers.
    package func work() async throws { try await core.run() }

    /// Stops all runs and gives their jobs back.
    package func stopNow() { core.stopNow() }

    /// Ends as a process does that is killed: runs are cancelled, and nothing of them is written any more.
    package func abandon() { core.abandon() }

    /// How many jobs the runner holds.
    package var heldJobs: Int { core.heldJobs }
}
