/// Something that happens to one job.
public struct JobEvent: Hashable, Sendable {
    /// The job.
    public var job: JobID
    /// What happens to it.
    public var change: Change

    /// Makes an event.
    public init(_ change: Change, of job: JobID) {
        self.job = job
        self.change = change
    }

    /// What can happen to a job.
    ///
    /// Changes that bear a ``LeaseKey`` are refused when the lease is not the job's latest.
    public enum Change: Hashable, Sendable {
        /// A worker asks for the job, for a time.
        case claim(worker: String, lease: Duration)
        /// The worker still lives: the lease is extended from now.
        case heartbeat(LeaseKey, lease: Duration, progress: JobProgress? = nil)
        /// A step is done; recorded before the next one begins. Repeating it changes nothing.
        case stepSucceeded(LeaseKey, step: Int, output: StepOutput)
        /// All steps are done.
        case succeeded(LeaseKey)
        /// The current step failed.
        case failed(LeaseKey, StepFailure)
        /// The handler asks to be called again later; the attempt does not count.
        case snoozed(LeaseKey, for: Duration)
        /// The worker gives the job back, such as at shutdown; the attempt does not count.
        case released(LeaseKey, reason: String)
        /// The worker's machine is being taken away; like ``released(_:reason:)`` but that the attempt says so.
        case interrupted(LeaseKey, reason: String)
        /// Somebody asks for the job to be stopped.
        case cancel(reason: String? = nil)
        /// Somebody asks for a failed, poisoned or cancelled job to go on at its first unfinished step.
        case retry
        /// Somebody changes a waiting job; with a version, only if it is the job's.
        case edit(JobEdit, ifVersion: Int? = nil)
    }
}

/// What a worker shows with each write to prove that it still holds the job.
public struct LeaseKey: Hashable, Sendable {
    /// The worker.
    public var worker: String
    /// The job's generation when it was claimed.
    public var generation: Int

    /// Makes a key.
    public init(worker: String, generation: Int) {
        self.worker = worker
        self.generation = generation
    }

    /// The key of a lease.
    public init(_ lease: Lease) {
        self.init(worker: lease.worker, generation: lease.generation)
    }
}

/// A step's failure, thrown by executors and told to the queue.
public struct StepFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable word for programs.
    public var code: FailureCode
    /// One sentence for people; holds no secrets.
    public var message: String
    /// Whether another attempt may help; without it the retry policy is not asked.
    public var isRetryable: Bool
    /// A delay that the other side asked for; a lower bound for the back-off.
    public var retryAfter: Duration?
    /// What the step produced all the same, such as its exit code.
    public var output: StepOutput?
    /// A random number in 0 ..< 1 for the jitter of the back-off, drawn by the runner.
    public var jitter: Double

    /// Makes a failure; by default one that may be retried.
    public init(
        _ code: FailureCode, _ message: String, isRetryable: Bool = true, retryAfter: Duration? = nil,
        output: StepOutput? = nil, jitter: Double = 0
    ) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
        self.output = output
        self.jitter = jitter
    }

    /// The text for people and logs.
    public var description: String { "\(code.rawValue): \(message)" }
}

/// Thrown by an executor or handler to be called again later, without the attempt being counted.
public struct SnoozeRequest: Error, Hashable, Sendable {
    /// How long the job waits.
    public var duration: Duration

    /// Makes a request.
    public init(for duration: Duration) {
        self.duration = duration
    }
}
