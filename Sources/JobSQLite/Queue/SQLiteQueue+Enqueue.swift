public import GRDB
public import JobCore

extension SQLiteQueue {
    /// Stores jobs inside the caller's own transaction: they are there when it commits, and not when it rolls back.
    ///
    /// The database may be any connection to a file with the tables of ``SQLiteSchema``. Workers in this process hear
    /// of the jobs after the commit.
    ///
    /// - Parameters:
    ///   - jobs: all are stored, or the call throws; then roll the transaction back.
    ///   - db: a connection inside a write transaction.
    /// - Returns: one job for each entry, in order; see `JobQueue.enqueue(_:)`.
    /// - Throws: `InvalidJob`; `QueueError`.
    @discardableResult
    public func enqueue(_ jobs: [NewJob], in db: Database) throws -> [Job] {
        let (stored, news) = try Self.store(jobs, in: db, time: time, options: options, errors: errors)
        db.afterNextTransaction { [weak self] _ in self?.announce(news) }
        return stored
    }

    /// Stores one value of typed work inside the caller's own transaction; see ``enqueue(_:in:)-(_,Database)``.
    ///
    /// - Parameters:
    ///   - handler: the kind of work.
    ///   - input: what to work on.
    ///   - db: a connection inside a write transaction.
    ///   - options: changes the job before it is stored.
    /// - Returns: the job's identity with the type of its result.
    /// - Throws: `InvalidJob`; `QueueError`; `EncodingError`.
    @discardableResult
    public func enqueue<Input, Output>(
        _ handler: JobHandler<Input, Output>, _ input: Input, in db: Database,
        options: (inout JobSpec) -> Void = { _ in }
    ) throws -> TypedJob<Output> {
        var spec = JobSpec(name: handler.name, steps: [try handler.step(input)])
        options(&spec)
        return TypedJob(id: try enqueue([NewJob(spec)], in: db)[0].id)
    }

    /// Stores jobs inside the caller's own transaction, for programs that keep no queue open.
    ///
    /// Workers of other queues on the file hear of the jobs through the file. See ``enqueue(_:in:)-(_,Database)``.
    ///
    /// - Throws: `InvalidJob`; `QueueError`.
    @discardableResult
    public static func enqueue(
        _ jobs: [NewJob], in db: Database, time: TimeSource = .system, options: SQLiteOptions = SQLiteOptions()
    ) throws -> [Job] {
        try store(jobs, in: db, time: time, options: options, errors: ErrorMapping(path: "the database")).jobs
    }

    private static func store(
        _ jobs: [NewJob], in db: Database, time: TimeSource, options: SQLiteOptions, errors: ErrorMapping
    ) throws -> (jobs: [Job], news: StoreNews) {
        guard db.isInsideTransaction else {
            throw QueueError(
                .invalidRequest, operation: "enqueue",
                detail: "the database is in no transaction; call this inside write { } or inTransaction { }")
        }
        let now = time.now
        let encoded = try EncodedJob.encode(jobs, at: now, limits: options.limits)
        do {
            let transaction = StoreTransaction(
                Session(db), at: LeaseClock.Reading(now: now), uptime: time.uptime, limits: options.limits,
                cache: JobCache(capacity: 2))
            let stored = try transaction.enqueue(encoded)
            try transaction.finish()
            return (stored, transaction.takeNews())
        } catch {
            throw errors.map(error, "enqueue")
        }
    }
}
