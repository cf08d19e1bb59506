/// A job as a store holds it: its specification and everything that changes while it lives.
///
/// Only ``applying(_:at:)`` makes one job from another; stores read and write the parts.
public struct Job: Hashable, Sendable {
    /// What a job consists of, shared by all copies of it.
    ///
    /// A job passes through many hands between its store and its runner, and a copy of so many fields would cost them
    /// more than what they do with it.
    private var contents: Contents

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
        contents = Contents(
            Submission(id: id, spec: spec, createdAt: createdAt),
            Course(
                state: state, startedAt: startedAt, generation: generation, version: version, cursor: cursor,
                steps: steps, attempts: attempts, progress: progress, failure: failure, deadlineAt: deadlineAt))
    }

    /// The same with a specification that is decoded when somebody first asks for it.
    package init(
        id: JobID, encodedSpec: EncodedSpec, createdAt: Timestamp, state: JobState, startedAt: Timestamp?,
        generation: Int, version: Int, cursor: Int, steps: [StepRecord], attempts: [Attempt], progress: JobProgress?,
        failure: JobFailure?, deadlineAt: Timestamp?
    ) {
        contents = Contents(
            Submission(id: id, encoded: encodedSpec, createdAt: createdAt),
            Course(
                state: state, startedAt: startedAt, generation: generation, version: version, cursor: cursor,
                steps: steps, attempts: attempts, progress: progress, failure: failure, deadlineAt: deadlineAt))
    }

    /// The identity.
    public var id: JobID { contents.submission.id }
    /// What was submitted.
    public var spec: JobSpec {
        _read { yield contents.submission.decoded.spec }
    }
    /// The named queue, without decoding the specification.
    package var queue: String { contents.submission.queue }
    /// The lane, without decoding the specification.
    package var lane: String? { contents.submission.lane }
    /// Whether the specification is one; decodes it.
    package var isReadable: Bool { contents.submission.decoded.isReadable }

    /// The specification as JSON, as its store wrote it; nil when that is not at hand.
    var encodedSpec: [UInt8]? { contents.submission.encodedBytes }

    /// Gives the job another specification, as a change by people does.
    mutating func replaceSpec(_ spec: JobSpec) {
        contents = Contents(Submission(id: id, spec: spec, createdAt: createdAt), contents.course)
    }

    /// Whether another job has the very same specification, without a look at its fields.
    package func sharesSpec(with other: Job) -> Bool { contents.submission === other.contents.submission }

    /// When it was stored.
    public var createdAt: Timestamp { contents.submission.createdAt }
    /// The one truth about where the job is in its life.
    public internal(set) var state: JobState {
        _read { yield contents.course.state }
        _modify { yield &course.state }
    }
    /// When a worker first started it; nil before.
    public internal(set) var startedAt: Timestamp? {
        get { contents.course.startedAt }
        set { course.startedAt = newValue }
    }
    /// Grows by one with each lease; fences off late workers.
    public internal(set) var generation: Int {
        get { contents.course.generation }
        set { course.generation = newValue }
    }
    /// Grows by one with each change, from 1.
    public internal(set) var version: Int {
        get { contents.course.version }
        set { course.version = newValue }
    }
    /// The index of the first unfinished step; the number of steps when all have finished.
    public internal(set) var cursor: Int {
        get { contents.course.cursor }
        set { course.cursor = newValue }
    }
    /// One record for each step of the specification, in its order.
    public internal(set) var steps: [StepRecord] {
        _read { yield contents.course.steps }
        _modify { yield &course.steps }
    }
    /// The latest tries at the job, oldest first; at most ``attemptsKept``.
    public internal(set) var attempts: [Attempt] {
        _read { yield contents.course.attempts }
        _modify { yield &course.attempts }
    }
    /// How far the job says it is; nil when it says nothing.
    public internal(set) var progress: JobProgress? {
        _read { yield contents.course.progress }
        _modify { yield &course.progress }
    }
    /// Why the latest attempt failed; nil when none did or the job succeeded.
    public internal(set) var failure: JobFailure? {
        _read { yield contents.course.failure }
        _modify { yield &course.failure }
    }
    /// When the job fails unless it has been started before; nil without a deadline and after the first start.
    public internal(set) var deadlineAt: Timestamp? {
        get { contents.course.deadlineAt }
        set { course.deadlineAt = newValue }
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

    /// Whether two values are the same job with the same contents.
    public static func == (left: Job, right: Job) -> Bool {
        left.contents === right.contents
            || left.contents.submission == right.contents.submission && left.contents.course == right.contents.course
    }

    /// Feeds the identity and the version, which tell jobs apart well enough.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(version)
    }

    /// What changes, for changing it: in place when nobody else has the contents, else in a copy.
    private var course: Course {
        _read { yield contents.course }
        _modify {
            if !isKnownUniquelyReferenced(&contents) { contents = Contents(contents.submission, contents.course) }
            yield &contents.course
        }
    }
}

/// What changes while a job lives.
private struct Course: Hashable, Sendable {
    var state: JobState
    var startedAt: Timestamp?
    var generation: Int
    var version: Int
    var cursor: Int
    var steps: [StepRecord]
    var attempts: [Attempt]
    var progress: JobProgress?
    var failure: JobFailure?
    var deadlineAt: Timestamp?
}

/// The box that copies of a job share.
///
/// `@unchecked Sendable`: `course` is changed only by a job that is its only owner.
private final class Contents: @unchecked Sendable {
    let submission: Submission
    /// Not checked again for accesses that overlap: those of the `Job` around it are, when it is compiled.
    @exclusivity(unchecked) var course: Course

    init(_ submission: Submission, _ course: Course) {
        self.submission = submission
        self.course = course
    }
}
