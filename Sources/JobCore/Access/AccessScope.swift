/// What the bearer of a token may do.
public enum AccessScope: String, Hashable, Sendable, CaseIterable {
    /// Look at jobs, logs, queues and workers.
    case read
    /// Store, change, cancel, retry and delete jobs.
    case submit
    /// Claim jobs and report on them.
    case work
    /// Nothing but to become a worker of one machine, once, if the server admits it; see ``WorkerEnrolment``.
    case enrol
    /// Everything else: tokens, settings of queues, workers, pruning.
    case admin
}
