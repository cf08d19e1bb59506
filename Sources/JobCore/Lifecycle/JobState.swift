/// The one truth about where a job is in its life.
///
/// What people see is computed from it: ``JobStatus``.
public enum JobState: Hashable, Sendable {
    /// Waits to be claimed. Exits: `running` (claimed when due), `finished` (cancelled, or past its queue deadline),
    /// `waiting` (changed by people).
    case waiting(until: Timestamp, reason: WaitReason)
    /// Held by a worker. Exits: `running` (claimed again after the lease expired), `waiting` (retry, snooze, release,
    /// interruption), `finished`.
    case running(Lease, cancelRequested: Bool)
    /// Has its outcome. Exit: `waiting`, only by a retry by hand of a job that did not succeed.
    case finished(Outcome, at: Timestamp)
}

/// Why a job waits.
public enum WaitReason: String, Hashable, Sendable, CaseIterable {
    /// It has not been started since it was submitted or retried by hand.
    case scheduled
    /// An attempt failed and the next one is due later.
    case retry
    /// Its handler asked for a later time.
    case snoozed
    /// Its worker gave it back, also because its machine was taken away.
    case released
}

/// How a job ended.
public enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// All steps succeeded.
    case succeeded
    /// A step failed in a way that no retry mends, or that was not to be retried.
    case failed
    /// The attempts were used up.
    case poisoned
    /// Somebody cancelled it.
    case cancelled
}

/// The right to write a running job, until it expires or another lease is given.
public struct Lease: Hashable, Sendable {
    /// The worker that holds it.
    public var worker: String
    /// The job's generation at the claim; every write under the lease must bear it.
    public var generation: Int
    /// When others may claim the job.
    public var expiresAt: Timestamp

    /// Makes a lease.
    public init(worker: String, generation: Int, expiresAt: Timestamp) {
        self.worker = worker
        self.generation = generation
        self.expiresAt = expiresAt
    }
}
