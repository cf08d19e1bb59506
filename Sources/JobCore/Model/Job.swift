/// A job as a store holds it: its specification and everything that changes while it lives.
///
/// Only ``applying(_:at:)`` makes one job from another; stores read and write the parts.
public struct Job: Hashable, Sendable {
    /// The identity.
    public let id: JobID
    /// What was submitted.
    public var spec: JobSpec {
        _read { yield submission.spec }
    }
    /// When it was stored.
    public let createdAt: Timestamp
    /// The one truth about where the job is in its life.
    public internal(set) var state: JobState
    /// When a worker first started it; nil before.
    public internal(set) var startedAt: Timestamp?
    /// Grows by one with each lease; fences off late workers.
    public internal(set) var generation: Int
    /// Grows by one with each change, from 1.
    public internal(set) var version: Int
    /// The index of the first unfinished step; the number of steps when all have finished.
    public internal(set) var cursor: Int
    /// One record for each step of the specification, in its order.
    public internal(set) var steps: [StepRecord]
    /// The latest tries at the job, oldest first; at most ``attemptsKept``.
    public internal(set) var attempts: [Attempt]
    /// How far the job says it is; nil when it says nothing.
    public internal(set) var progress: JobProgress?
    /// Why the latest attempt failed; nil when none did or the job succeeded.
    public internal(set) var failure: JobFailure?
    /// When the job fails unless it has been started before; nil without a deadline and after the first start.
    public internal(set) var deadlineAt: Timestamp?

    private var submission: Submission

    /// Gives the job another specification, as a change by people does.
    mutating func replaceSpec(_ spec: JobSpec) {
        submission = Submission(spec)
    }

    /// Whether another job has the very same specification, without a look at its fields.
    package func sharesSpec(with other: Job) -> Bool { submission === other.submission }

    /// How many attempts a job remembers; older ones are dropped.
    public static let attemptsKept = 50

    /// Puts a job together from its stored parts, as a store does when it reads a row.
    ///
    /// The parts must come from a job that this module made; nothing is checked again.
    public init(
        id: JobID, spec: JobSpec, createdAt: Timestamp, state: JobState, startedAt: Timestamp?, generation: Int,
        version: Int, cursor: Int, steps: [StepRecord], attempts: [Attempt], progress: JobProgress?,
        failure: JobFailure?, deadlineAt: Timestamp?
    ) {
        self.id = id
        self.submission = Submission(spec)
        self.createdAt = createdAt
        self.state = state
        self.startedAt = startedAt
        self.generation = generation
        self.version = version
        self.cursor = cursor
        self.steps = steps
        self.attempts = attempts
        self.progress = progress
        self.failure = failure
        self.deadlineAt = deadlineAt
    }

    /// When the job finished; nil while it lives.
    public var finishedAt: Timestamp? {
        guard case .finished(_, let time) = state else { return nil }
        return time
    }

    /// Whether the job has reached an outcome.
    public var isFinished: Bool { finishedAt != nil }

    /// The lease under which the job runs; nil when it does not.
    public var lease: Lease? {
        guard case .running(let lease, _) = state else { return nil }
        return lease
    }

    /// The outputs of the finished steps by step name.
    public var outputs: [String: StepOutput] {
        var outputs: [String: StepOutput] = [:]
        for (step, record) in zip(spec.steps, steps) where record.status == .succeeded {
            outputs[step.name] = record.output ?? StepOutput.none
        }
        return outputs
    }
}

/// The specification of a job, shared by all copies of it.
///
/// It never changes, and a copy of its many fields costs stores and runners more than what they do with a job.
private final class Submission: Hashable, Sendable {
    let spec: JobSpec

    init(_ spec: JobSpec) {
        self.spec = spec
    }

    static func == (left: Submission, right: Submission) -> Bool {
        left === right || left.spec == right.spec
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(spec)
    }
}

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

/// How far a job says it is.
public struct JobProgress: Hashable, Sendable {
    /// 0 to 1; nil when the amount of work is unknown.
    public var fraction: Double?
    /// One short line for people, at most 500 characters; nil for none.
    public var message: String?

    /// Makes a progress; the fraction is moved into 0 … 1 and the message is cut.
    public init(fraction: Double? = nil, message: String? = nil) {
        self.fraction = fraction.flatMap { $0.isNaN ? nil : min(1, max(0, $0)) }
        self.message = message.map { String($0.prefix(500)) }
    }
}
