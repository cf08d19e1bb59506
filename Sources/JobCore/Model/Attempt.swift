/// One try at a job: from a claim until the lease ended.
public struct Attempt: Hashable, Sendable {
    /// How an attempt ended.
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// The job succeeded.
        case succeeded
        /// A step failed.
        case failed
        /// The job was cancelled.
        case cancelled
        /// The worker vanished.
        case lost
        /// The handler asked to be called again later.
        case snoozed
        /// The worker gave the job back, such as at shutdown.
        case released
        /// The worker's machine was taken away, and the worker gave the job back before.
        case interrupted
    }

    /// The number, from 1; equals the lease's generation.
    public var number: Int
    /// Who tried.
    public var worker: String
    /// When the lease was given.
    public var startedAt: Timestamp
    /// When the lease ended; nil while it runs.
    public var finishedAt: Timestamp?
    /// How it ended; nil while it runs.
    public var outcome: Outcome?
    /// Why it ended so, for people; nil when there is nothing to say.
    public var message: String?

    /// Makes an attempt; by default one that still runs.
    public init(
        number: Int, worker: String, startedAt: Timestamp, finishedAt: Timestamp? = nil, outcome: Outcome? = nil,
        message: String? = nil
    ) {
        self.number = number
        self.worker = worker
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.outcome = outcome
        self.message = message
    }
}
