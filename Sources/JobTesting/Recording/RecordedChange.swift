public import JobCore

/// One thing that happened to a job in a ``RecordingQueue``.
public struct RecordedChange: Sendable {
    /// What happened.
    public enum Kind: Hashable, Sendable {
        /// It was stored.
        case enqueued
        /// A worker took it.
        case claimed(worker: String)
        /// An event was applied to it.
        case event(JobEvent.Change)
        /// The queue finished it on its way through the due jobs: past its deadline, or its attempts used up.
        case finishedByQueue
    }

    /// When.
    public let time: Timestamp
    /// The job's identity.
    public let jobID: JobID
    /// What happened.
    public let kind: Kind
    /// The job afterwards, or why the change was refused.
    public let result: Result<Job, TransitionRefused>

    /// The job afterwards; nil when the change was refused.
    public var job: Job? { try? result.get() }
}

/// One entry of a job's state history.
public struct StatusChange: Hashable, Sendable, CustomStringConvertible {
    /// What the job became.
    public let status: JobStatus
    /// When.
    public let time: Timestamp

    /// The status and the time.
    public var description: String { "\(status.rawValue) at \(time)" }
}
