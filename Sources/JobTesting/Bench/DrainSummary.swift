internal import JobCore

/// What happened while a ``TestBench`` was driven.
public struct DrainSummary: Hashable, Sendable, CustomStringConvertible {
    /// How many attempts at jobs were begun.
    public var attempts = 0
    /// How many jobs succeeded.
    public var succeeded = 0
    /// How many jobs failed for good.
    public var failed = 0
    /// How many jobs used up their attempts.
    public var poisoned = 0
    /// How many jobs were cancelled.
    public var cancelled = 0
    /// How many times an attempt failed and another one is to come.
    public var retried = 0
    /// How many times a job asked to be called again later.
    public var snoozed = 0
    /// How many times a worker gave a job back.
    public var released = 0

    /// Makes a summary; by default one of nothing.
    public init(
        attempts: Int = 0, succeeded: Int = 0, failed: Int = 0, poisoned: Int = 0, cancelled: Int = 0,
        retried: Int = 0, snoozed: Int = 0, released: Int = 0
    ) {
        self.attempts = attempts
        self.succeeded = succeeded
        self.failed = failed
        self.poisoned = poisoned
        self.cancelled = cancelled
        self.retried = retried
        self.snoozed = snoozed
        self.released = released
    }

    /// How many jobs reached an outcome.
    public var finished: Int { succeeded + failed + poisoned + cancelled }

    /// Sums up a part of a record.
    init(_ changes: some Sequence<RecordedChange>) {
        for change in changes {
            guard let job = change.job else { continue }
            switch change.kind {
            case .claimed: attempts += 1
            case .event(.stepSucceeded), .event(.heartbeat), .event(.claim), .event(.retry): continue
            case .enqueued, .finishedByQueue, .event: break
            }
            switch job.state {
            case .finished(.succeeded, _): succeeded += 1
            case .finished(.failed, _): failed += 1
            case .finished(.poisoned, _): poisoned += 1
            case .finished(.cancelled, _): cancelled += 1
            case .waiting(_, .retry): retried += 1
            case .waiting(_, .snoozed): snoozed += 1
            case .waiting(_, .released): released += 1
            case .waiting(_, .scheduled), .running: break
            }
        }
    }

    /// The numbers that are not zero.
    public var description: String {
        let counts = [
            ("attempts", attempts), ("succeeded", succeeded), ("failed", failed), ("poisoned", poisoned),
            ("cancelled", cancelled), ("retried", retried), ("snoozed", snoozed), ("released", released),
        ]
        let text = counts.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return text.isEmpty ? "nothing happened" : text
    }
}
