public import Logging

/// Performs one kind of action.
public protocol JobExecutor: Sendable {
    /// Runs one step to its end.
    ///
    /// Cancelling the calling task must stop the work, with everything that it started; the runner cancels on
    /// a time limit, on a cancel, when its lease is lost, when it shuts down and the drain time is over, and when its
    /// machine is taken away. Nothing may outlive the call.
    ///
    /// - Parameters:
    ///   - step: what to run, and for whom.
    ///   - report: takes output and progress as they come; suspends while the store is behind.
    /// - Returns: what the step produced, when it succeeded.
    /// - Throws: ``StepFailure`` when it failed; ``SnoozeRequest`` to be called again later; `CancellationError`
    ///   when cancelled. Any other error becomes a failure that may be retried.
    func run(_ step: StepInvocation, reporting report: @escaping StepReporter) async throws
        -> StepOutput
}

/// Takes what a running step tells, and suspends while the store is behind.
///
/// Spelt `@concurrent`, so that packages with and without the upcoming feature `NonisolatedNonsendingByDefault` can
/// write the parameter as `@escaping @Sendable (StepProgress) async -> Void`.
public typealias StepReporter = @concurrent @Sendable (StepProgress) async -> Void

/// One attempt at one step, as an executor sees it.
public struct StepInvocation: Sendable {
    /// The job's identity.
    public var jobID: JobID
    /// The job's name.
    public var jobName: String
    /// The named queue that the job came from.
    public var queue: String
    /// The step.
    public var step: StepSpec
    /// The step's index, from 0.
    public var index: Int
    /// The number of this attempt at the step, from 1.
    public var attempt: Int
    /// The time limit that the runner enforces; nil for none.
    public var timeout: Duration?
    /// The job's correlation metadata.
    public var metadata: [String: String]
    /// The outputs of the job's finished steps by step name.
    public var outputs: [String: StepOutput]
    /// The current trace context as propagation headers, such as `traceparent`.
    public var traceContext: [String: String]
    /// What is taken of the artifacts that the step makes; nil where the store keeps none.
    public var artifacts: ArtifactLimits?
    /// Where the step leaves what it wants to find again when it is stopped; nil for nowhere.
    public var checkpoint: StepCheckpoint?
    /// Why and until when the step must stop, once its task is cancelled.
    public var stop: StepStop
    /// A logger that bears the job's and step's keys.
    public var logger: Logger

    /// Makes an invocation.
    public init(
        jobID: JobID, jobName: String, queue: String = JobSpec.defaultQueue, step: StepSpec, index: Int = 0,
        attempt: Int = 1, timeout: Duration? = nil, metadata: [String: String] = [:],
        outputs: [String: StepOutput] = [:], traceContext: [String: String] = [:],
        artifacts: ArtifactLimits? = nil, checkpoint: StepCheckpoint? = nil, stop: StepStop = .never, logger: Logger
    ) {
        self.jobID = jobID
        self.jobName = jobName
        self.queue = queue
        self.step = step
        self.index = index
        self.attempt = attempt
        self.timeout = timeout
        self.metadata = metadata
        self.outputs = outputs
        self.traceContext = traceContext
        self.artifacts = artifacts
        self.checkpoint = checkpoint
        self.stop = stop
        self.logger = logger
    }

    /// The same for all attempts at the step: lets a receiver know a repeated request.
    public var idempotencyKey: String { "\(jobID)/\(index)" }

    /// Names this attempt at the step.
    public var attemptID: String { "\(jobID)/\(index)/\(attempt)" }
}

/// Something that a running step tells.
public enum StepProgress: Hashable, Sendable {
    /// It printed bytes.
    case output(LogEntry.Stream, [UInt8])
    /// It is so far.
    case progress(JobProgress)
    /// It made a file, which takes the place of an earlier one of the same name.
    case artifact(name: String, contentType: String, [UInt8])

    /// A line from the executor itself; the line break is added.
    public static func note(_ line: String) -> StepProgress { .output(.system, Array("\(line)\n".utf8)) }
}
