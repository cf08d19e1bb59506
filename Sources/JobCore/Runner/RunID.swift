/// One lease that a runner works under.
package struct RunID: Hashable, Sendable {
    package let job: JobID
    package let generation: Int

    package init(job: JobID, generation: Int) {
        self.job = job
        self.generation = generation
    }
}

/// Why a local run must stop before its steps are done.
package enum StopReason: Hashable, Sendable {
    /// Another worker may hold the job; nothing may be written any more.
    case leaseLost
    /// Somebody cancelled the job.
    case cancelRequested
    /// The step ran into its time limit.
    case stepTimeout
    /// The attempt at the job ran into its time limit.
    case jobTimeout
    /// The runner is shutting down.
    case shutdown
    /// The machine is being taken away.
    case interrupted
}
