internal import GRDB
public import JobCore
internal import Synchronization

/// A durable queue in an SQLite file: for one machine, for any number of its processes, without a server.
///
/// Waiting calls share one durable commit, so the queue is fast when called from many tasks or with many jobs at
/// once. Everything that `JobStore` promises is tested by JobTesting's `QueueConformance`. Close it when done.
///
/// Errors are `QueueError`; `full`, `readOnly`, `busy`, `corrupt` and `newerSchema` say what to do.
public final class SQLiteQueue: ServiceStore, WaitingClaims {
    let pool: DatabasePool
    let commits: GroupCommit
    let reads: GroupRead
    let hub: SignalHub
    let telemetry: JobTelemetry
    let time: TimeSource
    let clock: LeaseClock
    let options: SQLiteOptions
    let errors: ErrorMapping
    /// Where SQLite keeps the log of the file.
    private let logPath: String
    private let life: Mutex<Life>

    /// What ends with the queue.
    struct Life {
        var isClosed = false
        /// Whether the connections are ours to close.
        var ownsPool: Bool
        /// A folder to remove after closing.
        var temporaryFolder: String?
        /// Brings commits to the disk; nil where SQLite does, or nobody need.
        var flush: LogFlush?
        var watch: FileWatch?
    }

    init(
        pool: DatabasePool, options: SQLiteOptions, time: TimeSource, telemetry: JobTelemetry, life: Life
    ) {
        let hub = SignalHub()
        let errors = ErrorMapping(path: pool.path)
        self.pool = pool
        self.options = options
        self.time = time
        let clock = LeaseClock(time)
        self.clock = clock
        self.telemetry = telemetry
        self.hub = hub
        self.errors = errors
        logPath = (StorePath.real(pool.path) ?? pool.path) + "-wal"
        self.life = Mutex(life)
        // The connections of others may be closed at any time, and the memory that tells of commits with them.
        reads = GroupRead(pool, marks: life.ownsPool ? CommitMark.Source(pool) : nil)
        commits = GroupCommit(
            pool, clock: clock, limits: options.limits, cacheCapacity: 4_096, errors: errors, flush: life.flush,
            foreignCommit: { hub.publishAll() }, committed: { hub.publish($0) })
    }

    // MARK: JobQueue

    /// Stores jobs in the next group commit; see `JobQueue.enqueue(_:)`.
    public func enqueue(_ jobs: [NewJob]) async throws -> [Job] {
        let encoded = try EncodedJob.encode(jobs, at: time.now, limits: options.limits)
        if encoded.isEmpty { return [] }
        return try await write("enqueue", weight: jobs.count) { try $0.enqueue(encoded) }
    }

    /// Leases due jobs in the next group commit; see `JobQueue.claim(_:)`.
    public func claim(_ request: ClaimRequest) async throws -> [Claim] {
        guard request.asksForJobs else { return [] }
        let committed = try await commits.run("claim", weight: request.limit, returnsAtCommit: true) {
            try $0.claim(request)
        }
        return try await handOut(committed, request)
    }

    /// Leases jobs in the commit that stores them; see `WaitingClaims.claimWhenStored(_:leasing:)`.
    public func claimWhenStored(
        _ request: ClaimRequest, leasing: @escaping @Sendable (_ age: Duration) -> Void
    ) async throws -> [Claim] {
        guard request.asksForJobs else { return [] }
        let committed: Committed<[Claim]>
        do {
            committed = try await commits.runWhenStored(
                "claim", weight: request.limit, jobsOf: Set(request.slots.map(\.queue))
            ) { [time] in
                leasing(max(.zero, time.uptime - $0.uptime))
                return try $0.claim(request)
            }
        } catch is CancellationError {
            return []
        }
        return try await handOut(committed, request)
    }

    /// Gives the worker what a claim has leased, as soon as it may have it.
    private func handOut(_ committed: Committed<[Claim]>, _ request: ClaimRequest) async throws -> [Claim] {
        let claims = committed.value
        // Looked at here and not by the writer, which has not decoded the jobs.
        if !(request.leasesMayDieWithMachine && claims.allSatisfy(\.job.survivesLoss)) {
            do { try await committed.flushing?.waitForEnd() } catch { throw errors.map(error, "claim") }
        }
        report(committed.news)
        let damaged = claims.filter { !$0.job.isReadable }
        guard !damaged.isEmpty else { return claims }
        await fail(damaged)
        return claims.filter(\.job.isReadable)
    }

    /// Ends jobs whose specification was damaged, so that they are seen and keep nobody else back.
    private func fail(_ damaged: [Claim]) async {
        let failure = StepFailure(
            .error, "the job's specification is damaged in \(pool.path); submit the job again", isRetryable: false)
        do {
            _ = try await apply(damaged.map { JobEvent(.failed($0.key, failure), of: $0.job.id) })
        } catch {
            // The sound jobs of the claim are leased by now and must reach their worker. The damaged ones come again
            // when their leases are over.
        }
    }

    /// Applies events in the next group commit; see `JobQueue.apply(_:)`.
    public func apply(_ events: [JobEvent]) async throws -> [Result<Job, TransitionRefused>] {
        if events.isEmpty { return [] }
        let bounded = bounded(events)
        return try await write("apply", weight: events.count) { try $0.apply(bounded) }
    }

    /// The job in the latest commit; see `JobQueue.job(_:)`.
    public func job(_ id: JobID) async throws -> Job? {
        if life.withLock(\.isClosed) { throw errors.closed("job") }
        do { return try await reads.job(id) } catch { throw errors.map(error, "job") }
    }

    /// The events with outputs cut to what the store keeps.
    func bounded(_ events: [JobEvent]) -> [JobEvent] {
        events.map { $0.bounded(to: options.limits.outputBytes) }
    }

    // MARK: Ways in

    /// Runs a call in the next group commit and tells the world what it did.
    func write<Value: Sendable>(
        _ operation: String, weight: Int, _ body: @escaping @Sendable (StoreTransaction) throws -> Value
    ) async throws -> Value {
        let committed = try await commits.run(operation, weight: weight, body)
        report(committed.news)
        return committed.value
    }

    /// Reads from a snapshot of the latest commit.
    func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws -> Value {
        if life.withLock(\.isClosed) { throw errors.closed(operation) }
        do {
            return try await pool.read { db in try body(Session(db)) }
        } catch {
            throw errors.map(error, operation)
        }
    }

    /// The one place from which logs and metrics hear of what is stored for good.
    private func report(_ news: StoreNews) {
        telemetry.enqueued(news.enqueued)
        telemetry.applied(news.transitions)
    }

    /// Tells all of what was committed outside of the group commit.
    func announce(_ news: StoreNews) {
        report(news)
        hub.publish(news)
    }

    // MARK: Life

    /// How many transactions have been committed; many calls share one.
    public var commitCount: Int { commits.commits }

    /// How many claims wait for jobs to be stored.
    package var waitingClaims: Int { commits.waitingClaims }

    /// Starts watching for commits of other processes, unless that has begun or the queue is closed.
    func watchOtherProcesses() {
        life.withLock { life in
            guard !life.isClosed, life.watch == nil else { return }
            life.watch = FileWatch(path: logPath) { [commits] in commits.probe() }
        }
    }

    /// Lets waiting calls finish, ends all signal streams and closes the file; later calls throw `closed`.
    ///
    /// Closing twice does nothing. A queue made over another program's pool leaves that open.
    public func close() async throws {
        let ending = life.withLock { life -> Life? in
            defer { life.isClosed = true }
            return life.isClosed ? nil : life
        }
        guard let ending else { return }
        ending.watch?.cancel()
        hub.close()
        await commits.close()
        reads.close()
        guard ending.ownsPool else { return }
        try await closeFiles(removing: ending.temporaryFolder)
    }
}

extension JobEvent {
    /// The event with outputs cut to what a store keeps.
    fileprivate func bounded(to limit: Int) -> JobEvent {
        switch change {
        case .stepSucceeded(let key, let step, let output):
            return JobEvent(.stepSucceeded(key, step: step, output: output.bounded(to: limit)), of: job)
        case .failed(let key, var failure):
            guard let output = failure.output else { return self }
            failure.output = output.bounded(to: limit)
            return JobEvent(.failed(key, failure), of: job)
        case .claim, .heartbeat, .succeeded, .snoozed, .released, .interrupted, .cancel, .retry, .edit: return self
        }
    }
}

extension ClaimRequest {
    fileprivate var asksForJobs: Bool { limit > 0 && slots.contains { $0.limit > 0 } }
}

extension SignalHub {
    /// Tells subscribers what was committed.
    fileprivate func publish(_ news: StoreNews) {
        if news.isEmpty { return }
        publish { batch in
            for job in news.enqueued {
                batch.add(job: job.id, work: job.isFinished || news.leased.contains(job.id) ? nil : job.queue)
            }
            for transition in news.transitions { batch.add(transition) }
            for (job, queue) in news.unblocked { batch.add(job: job, work: queue) }
            for job in news.touched { batch.add(job: job, work: nil) }
            for queue in news.freed { batch.add(work: queue) }
        }
    }
}
