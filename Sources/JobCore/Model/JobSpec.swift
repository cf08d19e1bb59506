/// What was submitted: everything about a job that never changes while it runs.
///
/// While it waits, people may change a few fields by a ``JobEdit``.
public struct JobSpec: Hashable, Sendable {
    /// A name for people, 1 to 200 characters; need not be unique.
    public var name: String
    /// The named queue, 1 to 64 of `a-z A-Z 0-9 . _ -`.
    public var queue: String
    /// Lower runs first; −1,000,000 to 1,000,000.
    public var priority: Int
    /// Jobs of one lane run one at a time, in order of submission, across all named queues; nil for no lane.
    public var lane: String?
    /// At most one job holds a key at a time; nil for no key.
    public var unique: UniqueKey?
    /// Labels for finding jobs.
    public var tags: [String: String]
    /// Correlation metadata, handed on to logs, child processes and HTTP steps.
    public var metadata: [String: String]
    /// The job waits until then; nil to start as soon as there is room.
    public var notBefore: Timestamp?
    /// The longest wait in the queue before the first start; nil for no limit.
    public var deadline: Duration?
    /// How long the finished job is kept; nil for the store's default.
    public var retention: Duration?
    /// Retry settings for the steps that say nothing else.
    public var retry: RetryOptions
    /// The time limit for each attempt at a step that says nothing else.
    public var timeout: Duration?
    /// The time limit for one whole attempt at the job, all its steps together; nil for none.
    public var jobTimeout: Duration?
    /// The steps, in order; names are unique.
    public var steps: [StepSpec]
    /// Who is told how the job ended, at most 10.
    public var callbacks: [Callback]
    /// The enqueuer's trace context as propagation headers, for span links.
    public var traceContext: [String: String]

    /// Makes a specification; only the name is required.
    public init(
        name: String, queue: String = JobSpec.defaultQueue, priority: Int = 0, lane: String? = nil,
        unique: UniqueKey? = nil, tags: [String: String] = [:], metadata: [String: String] = [:],
        notBefore: Timestamp? = nil, deadline: Duration? = nil, retention: Duration? = nil,
        retry: RetryOptions = RetryOptions(), timeout: Duration? = nil, jobTimeout: Duration? = nil,
        steps: [StepSpec] = [], callbacks: [Callback] = [], traceContext: [String: String] = [:]
    ) {
        self.name = name
        self.queue = queue
        self.priority = priority
        self.lane = lane
        self.unique = unique
        self.tags = tags
        self.metadata = metadata
        self.notBefore = notBefore
        self.deadline = deadline
        self.retention = retention
        self.retry = retry
        self.timeout = timeout
        self.jobTimeout = jobTimeout
        self.steps = steps
        self.callbacks = callbacks
        self.traceContext = traceContext
    }

    /// The named queue of jobs that name none.
    public static let defaultQueue = "default"

    /// The named queue of the jobs that tell how others ended; only a store puts jobs there.
    public static let callbacksQueue = "callbacks"
}

/// One named unit of a job.
public struct StepSpec: Hashable, Sendable {
    /// A name, unique in its job; 1 to 100 characters.
    public var name: String
    /// What the step does.
    public var action: StepAction
    /// Retry settings; what is unsaid comes from the job.
    public var retry: RetryOptions
    /// The time limit of each attempt; nil for the job's.
    public var timeout: Duration?
    /// Variables for child processes and containers, added to the action's own.
    public var environment: [String: String]

    /// Makes a step.
    public init(
        name: String, action: StepAction, retry: RetryOptions = RetryOptions(), timeout: Duration? = nil,
        environment: [String: String] = [:]
    ) {
        self.name = name
        self.action = action
        self.retry = retry
        self.timeout = timeout
        self.environment = environment
    }
}

/// A key that at most one job in certain phases may hold.
public struct UniqueKey: Hashable, Sendable {
    /// A part of a job's life, for choosing how long it holds its key.
    public enum Phase: String, Hashable, Sendable, CaseIterable {
        /// Waiting for a worker, for a time or for a retry.
        case waiting
        /// Held by a worker.
        case running
        /// Finished well.
        case succeeded
        /// Finished with a failure.
        case failed
        /// Finished because its attempts were used up.
        case poisoned
        /// Finished by a cancel.
        case cancelled
    }

    /// The key, 1 to 200 characters.
    public var key: String
    /// The phases in which an earlier job keeps a later one out; never empty.
    public var phases: Set<Phase>

    /// Makes a key; by default a job holds it until it has finished.
    public init(_ key: String, while phases: Set<Phase> = UniqueKey.untilFinished) {
        self.key = key
        self.phases = phases
    }

    /// Waiting or running.
    public static let untilFinished: Set<Phase> = [.waiting, .running]
}

extension JobSpec {
    /// The retry policy of a step: its own settings, then the job's, then the defaults of its kind.
    public func retryPolicy(of step: StepSpec) -> RetryPolicy {
        RetryPolicy(step.retry.filled(from: retry), kind: step.action.kind)
    }

    /// The time limit of each attempt at a step: its own, then the job's, then 30 s for HTTP and none for other kinds.
    public func timeout(of step: StepSpec) -> Duration? {
        if let limit = step.timeout ?? timeout { return limit }
        if case .http = step.action { return .seconds(30) }
        return nil
    }
}
