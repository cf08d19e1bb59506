/// The metadata keys of JobKit's log lines; `Docs/operations.md` lists them with the events.
public enum JobLogKeys {
    /// The job's id.
    public static let jobID = "job.id"
    /// The job's name.
    public static let jobName = "job.name"
    /// The number of the attempt at the job.
    public static let jobAttempt = "job.attempt"
    /// How the job ended.
    public static let jobOutcome = "job.outcome"
    /// The step's index.
    public static let stepIndex = "step.index"
    /// The step's name.
    public static let stepName = "step.name"
    /// The step's kind.
    public static let stepKind = "step.kind"
    /// The named queue.
    public static let queueName = "queue.name"
    /// The worker.
    public static let workerID = "worker.id"
    /// The lease's generation.
    public static let leaseGeneration = "lease.generation"
    /// A stable word for a failure.
    public static let failureCode = "failure.code"
    /// What an error says.
    public static let error = "error"
    /// What correlation metadata's keys begin with.
    public static let metadataPrefix = "job.metadata."
}
