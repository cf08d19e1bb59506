/// What people and the wire see of a job's state; computed, never stored.
public enum JobStatus: String, Hashable, Sendable, CaseIterable {
    /// Waits for a time.
    case scheduled
    /// Waits for a free worker.
    case queued
    /// Waits for its next attempt after a failed one.
    case retrying
    /// A worker holds it.
    case running
    /// A worker holds it and has been asked to stop.
    case cancelling
    /// Finished well.
    case succeeded
    /// Finished with a failure.
    case failed
    /// Finished because its attempts were used up.
    case poisoned
    /// Finished by a cancel.
    case cancelled
}

extension Job {
    /// The job's status at a time.
    public func status(at now: Timestamp) -> JobStatus {
        switch state {
        case .waiting(let until, let reason):
            if until <= now { .queued } else if reason == .retry { .retrying } else { .scheduled }
        case .running(_, let cancelRequested): cancelRequested ? .cancelling : .running
        case .finished(.succeeded, _): .succeeded
        case .finished(.failed, _): .failed
        case .finished(.poisoned, _): .poisoned
        case .finished(.cancelled, _): .cancelled
        }
    }

    /// The phase that unique keys look at.
    public var phase: UniqueKey.Phase {
        switch state {
        case .waiting: .waiting
        case .running: .running
        case .finished(.succeeded, _): .succeeded
        case .finished(.failed, _): .failed
        case .finished(.poisoned, _): .poisoned
        case .finished(.cancelled, _): .cancelled
        }
    }
}
