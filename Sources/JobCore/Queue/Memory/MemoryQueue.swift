public import Logging
internal import Synchronization

/// A queue in the memory of one process: for tests, and for programs that accept losing their jobs when they exit.
///
/// It keeps the whole contract of the durable queues except durability. Claiming and settling take the same time
/// with a million waiting jobs as with none; listing and filtering read through all jobs.
public final class MemoryQueue: Sendable {
    /// What a queue keeps, and for how long.
    public struct Options: Hashable, Sendable {
        /// How long finished jobs are kept that do not say it themselves, until ``MemoryQueue/prune(limit:)``.
        public var defaultRetention: Duration
        /// How much of a job's log is kept; one line says so where it was cut.
        public var logLimit: ByteCount
        /// The most finished jobs kept: beyond it the one that finished first goes; nil for no limit.
        public var maximumFinished: Int?
        /// What is taken of the artifacts of jobs.
        public var artifactLimits: ArtifactLimits

        /// Makes options; by default finished jobs are kept for 30 days and logs up to 16 MiB each.
        public init(
            defaultRetention: Duration = .seconds(30 * 86_400), logLimit: ByteCount = .mebibytes(16),
            maximumFinished: Int? = nil, artifactLimits: ArtifactLimits = ArtifactLimits()
        ) {
            self.defaultRetention = defaultRetention
            self.logLimit = logLimit
            self.maximumFinished = maximumFinished
            self.artifactLimits = artifactLimits
        }
    }

    private let clock: LeaseClock
    let hub = SignalHub()
    private let telemetry: JobTelemetry
    private let store: Mutex<MemoryStore>
    /// How many jobs somebody has asked to stop; workers ask often, and mostly it is none.
    private let stopping = Atomic(0)

    /// Makes an empty queue.
    ///
    /// - Parameters:
    ///   - time: where "now" comes from.
    ///   - options: what is kept.
    ///   - logger: gets a line for each change of a job; by default nothing does.
    public init(
        time: TimeSource = .system, options: Options = Options(),
        logger: Logger = .silent
    ) {
        clock = LeaseClock(time)
        telemetry = JobTelemetry(logger: logger)
        store = Mutex(MemoryStore(options: options))
    }

    /// Runs `body` on the store at one time, then tells logs, metrics and subscribers what it did.
    func transact<Result: Sendable>(_ body: (inout MemoryStore, Timestamp) -> Result) -> Result {
        transact(at: clock.read(), body)
    }

    private func transact<Result: Sendable>(
        at time: LeaseClock.Reading, _ body: (inout MemoryStore, Timestamp) -> Result
    ) -> Result {
        let (result, outbox) = store.withLock { store in
            store.time = time
            let result = body(&store, time.now)
            stopping.store(store.stopping, ordering: .releasing)
            return (result, store.takeOutbox())
        }
        deliver(outbox)
        return result
    }

    /// Whether somebody has asked for the stop of a running job.
    var hasCancelRequests: Bool { stopping.load(ordering: .acquiring) > 0 }

    private func deliver(_ outbox: MemoryStore.Outbox) {
        telemetry.enqueued(outbox.enqueued)
        telemetry.applied(outbox.transitions)
        hub.publish { batch in
            for job in outbox.enqueued { batch.add(job: job.id, work: job.queue) }
            for transition in outbox.transitions { batch.add(transition) }
            for job in outbox.unblocked { batch.add(job: job.id, work: job.queue) }
            for job in outbox.touched { batch.add(job: job, work: nil) }
            for queue in outbox.freed { batch.add(work: queue) }
        }
    }
}

extension MemoryQueue: JobQueue {
    /// Stores jobs: all of them or, when it throws, none.
    public func enqueue(_ jobs: [NewJob]) async throws -> [Job] {
        try jobs.validate()
        let time = clock.read()
        // Put together outside of the lock, which many may be waiting for.
        let made = jobs.map { Job(submitting: $0, at: time.now) }
        return transact(at: time) { store, now in made.map { store.enqueue($0, at: now) } }
    }

    /// Leases jobs that are due, and jobs whose lease has expired, to a worker.
    public func claim(_ request: ClaimRequest) async throws -> [Claim] {
        transact { store, now in store.claim(request, at: now) }
    }

    /// Applies events in order, each as one step of the lifecycle.
    public func apply(_ events: [JobEvent]) async throws -> [Result<Job, TransitionRefused>] {
        transact { store, now in store.apply(events, at: now) }
    }

    /// The job as it is now; nil when there is none.
    public func job(_ id: JobID) async throws -> Job? {
        transact { store, _ in store.records[id]?.job }
    }
}
