internal import JobCore

/// New jobs whose rows are still to be written, so that many calls share one statement.
///
/// Whoever looks at the tables in the same transaction goes through ``StoreTransaction/session``, which writes them
/// first.
struct PendingRows {
    /// A job with its place in the order of submission.
    struct Row {
        let seq: Int64
        let encoded: EncodedJob
        let isBlocked: Bool
    }

    private var rows: [Row] = []
    /// Their ids, which are looked through more often than the rest.
    private var ids: [JobID] = []
    private var bytes = 0
    private var latestSeq: Int64?

    var isEmpty: Bool { rows.isEmpty }

    /// Whether the next statement has all that it can take.
    var isFull: Bool { rows.count >= BulkQuery.mostRows || bytes >= BulkQuery.usualBytes }

    /// The job of an id; nil when it is not among them.
    func job(_ id: JobID) -> Job? {
        ids.firstIndex(of: id).map { rows[$0].encoded.job }
    }

    /// Adds a job.
    ///
    /// - Parameter latest: reads the last place that is taken in the table; called once in a transaction.
    mutating func add(_ encoded: EncodedJob, isBlocked: Bool, latest: () throws -> Int64) throws {
        let seq = try (latestSeq ?? latest()) + 1
        latestSeq = seq
        ids.append(encoded.job.id)
        rows.append(Row(seq: seq, encoded: encoded, isBlocked: isBlocked))
        bytes += encoded.spec.count
    }

    /// Takes all rows out.
    mutating func take() -> [Row] {
        defer {
            rows.removeAll(keepingCapacity: true)
            ids.removeAll(keepingCapacity: true)
            bytes = 0
        }
        return rows
    }

    // MARK: Statements

    private static let insertJobs = BulkQuery { rows in
        let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, 0, 0, 0)"
        return """
            INSERT INTO jobs (
                seq, id, queue, priority, lane, unique_key, unique_phases, created_us, phase, blocked, due_us,
                wait_reason, finished_us, retain_until_us, started_us, deadline_us, generation, version, cursor,
                step_attempts, step_output
            ) VALUES \(BulkQuery.list(row, rows))
            """
    }
    private static let insertSpecs = BulkQuery { rows in
        "INSERT INTO job_specs (job, name, spec) VALUES \(BulkQuery.list("(?, ?, ?)", rows))"
    }
    private static let latestSeqQuery = Query("SELECT max(seq) FROM jobs")

    /// The last place in the order of submission that is taken; 0 when there is none.
    static func latestSeq(_ session: Session) throws -> Int64 {
        try session.first(latestSeqQuery) { _ in
        } read: {
            $0.int64(0)
        } ?? 0
    }

    /// Writes rows; their ids must be new.
    static func write(_ rows: [Row], _ session: Session) throws {
        try insertJobs.forEachPart(of: rows.indices) { query, part in
            try session.execute(query) { binder in
                for row in rows[part] { row.bind(&binder) }
            }
        }
        try insertSpecs.forEachPart(of: rows.indices) { query, part in
            try session.execute(query) { binder in
                for row in rows[part] {
                    binder.bind(row.seq)
                    binder.bind(row.encoded.name)
                    binder.bind(text: row.encoded.spec)
                }
            }
        }
    }
}

extension PendingRows.Row {
    fileprivate func bind(_ row: inout Binder) {
        let job = encoded.job
        row.bind(seq)
        row.bind(job.id)
        row.bind(job.queue)
        row.bind(encoded.priority)
        row.bind(job.lane)
        row.bind(encoded.unique?.key)
        row.bind(encoded.uniquePhases)
        row.bind(job.createdAt)
        row.bind(job.phase.code)
        row.bind(isBlocked)
        switch job.state {
        case .waiting(let until, let reason):
            row.bind(until)
            row.bind(reason.code)
            row.bindNull()
        case .finished(_, let at):
            row.bindNull()
            row.bindNull()
            row.bind(at)
        case .running: preconditionFailure("a submitted job does not run")
        }
        row.bind(encoded.retainUntil)
        row.bind(job.startedAt)
        row.bind(job.deadlineAt)
    }
}
