/// What is known of one step of a job.
public struct StepRecord: Hashable, Sendable {
    /// Where a step is in its life.
    public enum Status: String, Hashable, Sendable, CaseIterable {
        /// Not begun, or waiting for its next attempt.
        case waiting
        /// Being worked on.
        case running
        /// Done; will not run again.
        case succeeded
        /// Ended the job, or was stopped with it.
        case failed
        /// Never begun, because the job ended before.
        case skipped
    }

    /// Where the step is.
    public var status: Status
    /// How many attempts count against its limit; counted before each begins.
    public var attempts: Int
    /// When its first attempt began.
    public var startedAt: Timestamp?
    /// When it succeeded, or when its latest attempt failed.
    public var finishedAt: Timestamp?
    /// What its latest finished attempt produced.
    public var output: StepOutput?

    /// Makes a record; by default one of a step that has not begun.
    public init(
        status: Status = .waiting, attempts: Int = 0, startedAt: Timestamp? = nil, finishedAt: Timestamp? = nil,
        output: StepOutput? = nil
    ) {
        self.status = status
        self.attempts = attempts
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.output = output
    }
}
