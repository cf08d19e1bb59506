/// What one event did to a job.
public struct Transition: Hashable, Sendable {
    /// The job afterwards.
    public let job: Job
    /// What the rest of the world should hear of, after the store has committed.
    public let effects: [Effect]

    /// A consequence of a transition.
    public enum Effect: Hashable, Sendable {
        /// A worker took the job after it had been due for a while.
        case started(wait: Duration)
        /// An attempt ended; `ran` is how long the lease was held.
        case attemptEnded(Attempt.Outcome, ran: Duration)
        /// A step succeeded.
        case stepSucceeded(Int)
        /// The job can be claimed from a time on.
        case due(at: Timestamp)
        /// The running worker should stop.
        case cancelRequested
        /// The job reported its progress.
        case progressed
        /// Somebody changed the waiting job.
        case edited
        /// The job has its outcome.
        case finished(Outcome)
    }
}

/// Why an event was refused; the job is unchanged.
public enum TransitionRefused: Error, Hashable, Sendable, CustomStringConvertible {
    /// No such job is stored.
    case unknownJob
    /// The job waits for a later time.
    case notDue(until: Timestamp)
    /// A worker holds the job.
    case heldElsewhere(until: Timestamp)
    /// The lease is not the job's latest: it expired and was given again, or ended.
    case leaseLost
    /// A step was reported out of order.
    case wrongStep(expected: Int)
    /// The job has its outcome already.
    case alreadyFinished(Outcome)
    /// Steps remain, so the job cannot have succeeded.
    case stepsRemain(next: Int)
    /// Only failed, poisoned and cancelled jobs can be retried by hand.
    case notRetryable(JobStatus)
    /// Only waiting jobs can be changed.
    case notWaiting(JobStatus)
    /// Only finished jobs can be deleted.
    case stillAlive(JobStatus)
    /// The job has changed since it was looked at.
    case versionMismatch(current: Int)
    /// The new values are none that a job may have.
    case invalidEdit(InvalidJob)

    /// The text for people and logs.
    public var description: String {
        switch self {
        case .unknownJob: "there is no such job"
        case .notDue(let until): "the job is not due before \(until)"
        case .heldElsewhere(let until): "a worker holds the job until \(until)"
        case .leaseLost: "the lease is lost: another worker may hold the job"
        case .wrongStep(let expected): "the step is out of order; step \(expected) is next"
        case .alreadyFinished(let outcome): "the job has already \(Self.verb(outcome))"
        case .stepsRemain(let next): "the job is not done: step \(next) is next"
        case .notRetryable(let status):
            "the job is \(status.rawValue); only failed, poisoned and cancelled jobs can be retried"
        case .notWaiting(let status): "the job is \(status.rawValue); only waiting jobs can be changed"
        case .stillAlive(let status): "the job is \(status.rawValue); only finished jobs can be deleted"
        case .versionMismatch(let current): "the job has changed: it is at version \(current)"
        case .invalidEdit(let fault): "the change is not allowed: \(fault)"
        }
    }

    private static func verb(_ outcome: Outcome) -> String {
        switch outcome {
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .poisoned: "used up its attempts"
        case .cancelled: "been cancelled"
        }
    }
}
