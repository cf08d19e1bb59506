/// A durable store of jobs that hands out leases and applies events.
///
/// A queue decides nothing: every change of a job is what ``Job/applying(_:at:)`` returns, computed inside the queue's
/// own transaction, and written only if the job is still the one that was read. It never runs user code.
/// All calls may come from any task at any time. JobTesting's `QueueConformance` tests each sentence here.
public protocol JobQueue: Sendable {
    /// Stores jobs: all of them or, when it throws, none. When it returns, they survive a crash of the machine.
    ///
    /// An id that is stored already, or a unique key that another job holds, stores nothing for that entry; the
    /// result at its place is then the job that is there. Compare ids to tell.
    ///
    /// - Returns: one job for each entry, in order.
    /// - Throws: ``InvalidJob`` when a specification breaks a rule; ``QueueError`` otherwise.
    func enqueue(_ jobs: [NewJob]) async throws -> [Job]

    /// Leases jobs that are due, and jobs whose lease has expired, to a worker.
    ///
    /// Jobs come in order of priority, then of the time they became due, then of submission; of a lane only the
    /// first unfinished job comes. Claims of concurrent callers are disjoint. Jobs past their deadline, of whatever
    /// named queue and place in a lane, are finished first, and jobs that used up their attempts on the way; neither
    /// are returned. A store may leave some of very many to the next claim.
    ///
    /// - Returns: at most `request.limit` claims; none when nothing is due.
    /// - Throws: ``QueueError``.
    func claim(_ request: ClaimRequest) async throws -> [Claim]

    /// Applies events in order, each as one step of the lifecycle, and makes what it did durable.
    ///
    /// - Returns: for each event the job after it, or why it was refused.
    /// - Throws: ``QueueError`` when nothing was applied. After a failure on the way (such as a lost connection) an
    ///   event may have been applied; repeating it is safe.
    func apply(_ events: [JobEvent]) async throws -> [Result<Job, TransitionRefused>]

    /// The job as it is now; nil when there is none.
    ///
    /// - Throws: ``QueueError``.
    func job(_ id: JobID) async throws -> Job?
}

extension JobQueue {
    /// Stores one job, linked to the caller's current trace; the rules are those of the batch form.
    ///
    /// - Throws: ``InvalidJob`` or ``QueueError``.
    @discardableResult
    public func enqueue(_ spec: JobSpec) async throws -> Job {
        var spec = spec
        if spec.traceContext.isEmpty { spec.traceContext = JobTracing.currentHeaders() }
        return try await enqueue([NewJob(spec)])[0]
    }

    /// Applies one event.
    ///
    /// - Throws: ``TransitionRefused`` when the rules do not allow it; ``QueueError``.
    @discardableResult
    public func apply(_ change: JobEvent.Change, to job: JobID) async throws -> Job {
        try await apply([JobEvent(change, of: job)])[0].get()
    }
}

/// What a worker asks a queue for.
public struct ClaimRequest: Hashable, Sendable {
    /// The most jobs wanted from one named queue.
    public struct Slots: Hashable, Sendable {
        /// The named queue.
        public var queue: String
        /// The most jobs wanted from it, at least 1.
        public var limit: Int

        /// Makes a wish.
        public init(queue: String, limit: Int) {
            self.queue = queue
            self.limit = limit
        }
    }

    /// Who asks; the same name for all claims of one worker, unique among workers.
    public var worker: String
    /// The named queues that it serves.
    public var slots: [Slots]
    /// The most jobs wanted in all.
    public var limit: Int
    /// How long the leases last without a heartbeat.
    public var lease: Duration
    /// Whether leases may be handed out that a crash of the worker's own machine could undo; false by default.
    ///
    /// Nobody would be left who works under them. A store on that machine need not wait for its disk then, except for
    /// a job that is not to run again when its worker is lost; a store elsewhere takes no notice.
    public var leasesMayDieWithMachine: Bool

    /// Makes a request.
    public init(
        worker: String, slots: [Slots], limit: Int, lease: Duration, leasesMayDieWithMachine: Bool = false
    ) {
        self.worker = worker
        self.slots = slots
        self.limit = limit
        self.lease = lease
        self.leasesMayDieWithMachine = leasesMayDieWithMachine
    }

    /// Makes a request for jobs of named queues in one order.
    public init(worker: String, queues: [String] = [JobSpec.defaultQueue], limit: Int = 1, lease: Duration) {
        self.init(
            worker: worker, slots: queues.map { Slots(queue: $0, limit: limit) }, limit: limit, lease: lease)
    }
}

/// A job together with the right to run it.
public struct Claim: Hashable, Sendable {
    /// The job, running under the lease.
    public let job: Job
    /// The lease.
    public let lease: Lease

    /// Makes a claim of a running job; nil when it does not run.
    public init?(_ job: Job) {
        guard let lease = job.lease else { return nil }
        self.job = job
        self.lease = lease
    }

    /// What to show with each write.
    public var key: LeaseKey { LeaseKey(lease) }
}
