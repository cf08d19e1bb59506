public import Logging
internal import Metrics
internal import Synchronization

/// The one place where JobKit tells logs and metrics what happened to jobs.
///
/// Queues call it after they have committed. Lines are at debug level, except for what needs a person: a job that
/// ended failed or poisoned and a lost worker are at info. Metrics bear the named queue and the outcome, never an id.
public final class JobTelemetry: Sendable {
    private let logger: Logger
    private let metrics = Mutex<[String: QueueMetrics]>([:])

    /// Named queues that get metrics of their own; further ones share the name `other`, so that the number of time
    /// series stays bounded whatever names callers invent.
    static let queuesTold = 200

    /// Makes a place to emit at.
    public init(logger: Logger) {
        self.logger = logger
    }

    /// Tells that jobs were stored.
    public func enqueued(_ jobs: [Job]) {
        var metrics: QueueMetrics?
        for job in jobs {
            // Most batches are of one named queue.
            let known = metrics.flatMap { $0.queue == job.queue ? $0 : nil } ?? self[job.queue]
            metrics = known
            known.enqueued.increment()
            logger.debug("Job enqueued", metadata: metadata(of: job))
            // A job without steps has its outcome at once.
            if case .finished(let outcome, _) = job.state { finished(job, outcome) }
        }
    }

    /// Tells what a committed transition did.
    public func applied(_ transition: Transition) {
        applied([transition])
    }

    /// Tells what committed transitions did, in their order.
    public func applied(_ transitions: [Transition]) {
        var metrics: QueueMetrics?
        for transition in transitions where !transition.effects.isEmpty {
            let queue = transition.job.queue
            // Most batches are of one named queue.
            let known = metrics.flatMap { $0.queue == queue ? $0 : nil } ?? self[queue]
            metrics = known
            applied(transition, known)
        }
    }

    private func applied(_ transition: Transition, _ metrics: QueueMetrics) {
        let job = transition.job
        for effect in transition.effects {
            switch effect {
            case .started(let wait):
                metrics.claimed.increment()
                metrics.wait.recordSeconds(wait.inSeconds)
                logger.debug("Job started", metadata: metadata(of: job))
            case .attemptEnded(let outcome, let ran):
                metrics.run.recordSeconds(ran.inSeconds)
                if outcome == .lost {
                    metrics.leasesLost.increment()
                    logger.info("Worker lost", metadata: metadata(ofEnd: outcome, of: job))
                } else if outcome == .interrupted {
                    logger.info("Machine taken away", metadata: metadata(ofEnd: outcome, of: job))
                }
            case .stepSucceeded(let step):
                logger.debug("Step succeeded", metadata: metadata(of: job, step: step))
            case .due(let time):
                logger.debug("Job waits", metadata: metadata(of: job).merging(["job.due": "\(time)"]) { $1 })
            case .cancelRequested: logger.debug("Cancel requested", metadata: metadata(of: job))
            case .progressed: break
            case .edited: logger.debug("Job changed", metadata: metadata(of: job))
            case .finished(let outcome):
                metrics.finished(outcome).increment()
                finished(job, outcome)
            }
        }
    }

    private func finished(_ job: Job, _ outcome: Outcome) {
        let isTrouble = outcome == .failed || outcome == .poisoned
        let level: Logger.Level = isTrouble ? .info : .debug
        guard level >= logger.logLevel else { return }
        var values = metadata(of: job)
        values[JobLogKeys.jobOutcome] = "\(outcome.rawValue)"
        if let failure = job.failure {
            values[JobLogKeys.failureCode] = "\(failure.code.rawValue)"
            values[JobLogKeys.error] = "\(failure.message)"
            values[JobLogKeys.stepName] = failure.step.map { "\($0)" }
        }
        logger.log(level: level, "Job finished", metadata: values)
    }

    private func metadata(of job: Job, step: Int? = nil) -> Logger.Metadata {
        // The cheap way out of building strings that nobody reads.
        guard logger.logLevel <= .info else { return [:] }
        var values = job.logMetadata
        if let step {
            values[JobLogKeys.stepIndex] = "\(step)"
            values[JobLogKeys.stepName] = "\(job.spec.steps[step].name)"
        }
        return values
    }

    /// The job may run under its next lease already; this line is about the one before.
    private func metadata(ofEnd outcome: Attempt.Outcome, of job: Job) -> Logger.Metadata {
        var values = metadata(of: job)
        guard !values.isEmpty, let lost = job.attempts.last(where: { $0.outcome == outcome }) else { return values }
        values[JobLogKeys.workerID] = "\(lost.worker)"
        values[JobLogKeys.jobAttempt] = "\(lost.number)"
        values[JobLogKeys.leaseGeneration] = "\(lost.number)"
        return values
    }

    private subscript(_ queue: String) -> QueueMetrics {
        metrics.withLock { known in
            if let found = known[queue] { return found }
            let name = known.count < Self.queuesTold ? queue : "other"
            if let found = known[name] { return found }
            let made = QueueMetrics(queue: name)
            known[name] = made
            return made
        }
    }
}

extension Job {
    /// The metadata that each log line about the job bears.
    public var logMetadata: Logger.Metadata {
        var values: Logger.Metadata = [
            JobLogKeys.jobID: "\(id)", JobLogKeys.jobName: "\(spec.name)", JobLogKeys.queueName: "\(spec.queue)",
            JobLogKeys.jobAttempt: "\(generation)",
        ]
        if let lease {
            values[JobLogKeys.workerID] = "\(lease.worker)"
            values[JobLogKeys.leaseGeneration] = "\(lease.generation)"
        }
        for (key, value) in spec.metadata { values[JobLogKeys.metadataPrefix + key] = "\(value)" }
        return values
    }
}

/// The metric objects of one named queue, made once.
private final class QueueMetrics: Sendable {
    let queue: String
    let enqueued: Counter
    let claimed: Counter
    let leasesLost: Counter
    let wait: Metrics.Timer
    let run: Metrics.Timer
    private let succeeded: Counter
    private let failed: Counter
    private let poisoned: Counter
    private let cancelled: Counter

    init(queue: String) {
        self.queue = queue
        let dimensions = [("queue", queue)]
        enqueued = Counter(label: "jobs.enqueued", dimensions: dimensions)
        claimed = Counter(label: "jobs.claimed", dimensions: dimensions)
        leasesLost = Counter(label: "jobs.lease.lost", dimensions: dimensions)
        wait = Metrics.Timer(label: "jobs.wait.duration", dimensions: dimensions)
        run = Metrics.Timer(label: "jobs.run.duration", dimensions: dimensions)
        let finished = { (outcome: Outcome) in
            Counter(label: "jobs.finished", dimensions: dimensions + [("outcome", outcome.rawValue)])
        }
        succeeded = finished(.succeeded)
        failed = finished(.failed)
        poisoned = finished(.poisoned)
        cancelled = finished(.cancelled)
    }

    func finished(_ outcome: Outcome) -> Counter {
        switch outcome {
        case .succeeded: succeeded
        case .failed: failed
        case .poisoned: poisoned
        case .cancelled: cancelled
        }
    }
}
