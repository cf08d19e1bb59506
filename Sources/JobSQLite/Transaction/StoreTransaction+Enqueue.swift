internal import GRDB
internal import JobCore

/// A checked job with its specification as it is stored; made before the transaction, on the caller's thread.
struct EncodedJob: Sendable {
    let new: NewJob
    let spec: [UInt8]

    /// Checks and encodes jobs.
    static func encode(_ jobs: [NewJob]) throws(InvalidJob) -> [EncodedJob] {
        try jobs.validate()
        return jobs.map { EncodedJob(new: $0, spec: $0.spec.json.utf8) }
    }
}

extension StoreTransaction {
    private static let insertJob = Query(
        """
        INSERT INTO jobs (
            id, queue, priority, lane, unique_key, unique_phases, created_us, phase, blocked, due_us, wait_reason,
            finished_us, retain_until_us, started_us, deadline_us, generation, version, cursor, step_attempts,
            step_output
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, 0, 0, 0)
        ON CONFLICT (id) DO NOTHING
        """)
    private static let insertSpec = Query("INSERT INTO job_specs (job, name, spec) VALUES (?, ?, ?)")
    private static let insertTag = Query("INSERT INTO job_tags (job, key, value) VALUES (?, ?, ?)")
    static let keyHolder = Query(
        """
        SELECT id FROM jobs
        WHERE unique_key = ? AND unique_key IS NOT NULL AND (unique_phases >> phase) & 1
        ORDER BY seq LIMIT 1
        """)

    /// Stores jobs, except those whose id or unique key is there; see `JobQueue.enqueue(_:)`.
    func enqueue(_ jobs: [EncodedJob]) throws -> [Job] {
        var results: [Job] = []
        results.reserveCapacity(jobs.count)
        for encoded in jobs { results.append(try enqueue(encoded)) }
        return results
    }

    private func enqueue(_ encoded: EncodedJob) throws -> Job {
        let new = encoded.new
        if let unique = new.spec.unique {
            // The id comes first: a repeated call finds its own job, whoever holds the key by now.
            if let known = try session.job(new.id) { return known.job }
            let holder = try session.first(Self.keyHolder) {
                $0.bind(unique.key)
            } read: {
                $0.jobID(0)
            }
            if let holder, let id = holder, let known = try session.job(id) { return known.job }
        }
        return try insert(encoded, job: Job(submitting: new, at: now))
    }

    /// Stores the callbacks of jobs that have just finished.
    func enqueueFollowUps(_ jobs: [NewJob]) throws {
        for new in jobs { _ = try enqueue(EncodedJob(new: new, spec: new.spec.json.utf8)) }
    }

    private func insert(_ encoded: EncodedJob, job: Job) throws -> Job {
        let new = encoded.new
        let isBlocked = try !job.isFinished && new.spec.lane.map { try hasUnfinished($0) } ?? false
        guard try insert(job, isBlocked: isBlocked) else {
            guard let known = try session.job(new.id) else { throw StaleRow() }
            return known.job
        }
        let seq = session.db.lastInsertedRowID
        try session.execute(Self.insertSpec) { row in
            row.bind(seq)
            row.bind(new.spec.name)
            row.bind(text: encoded.spec)
        }
        try insertTags(new.spec.tags, of: seq)
        count(1, new.spec.queue, job.phase)
        news.enqueued.append(job)
        note(job.id)
        try enqueueFollowUps(job.followUps)
        return job
    }

    func insertTags(_ tags: [String: String], of seq: Int64) throws {
        for (key, value) in tags {
            try session.execute(Self.insertTag) { row in
                row.bind(seq)
                row.bind(key)
                row.bind(value)
            }
        }
    }

    /// Inserts the row of a new job; false when its id is there already.
    private func insert(_ job: Job, isBlocked: Bool) throws -> Bool {
        try session.execute(Self.insertJob) { row in
            row.bind(job.id)
            row.bind(job.spec.queue)
            row.bind(job.spec.priority)
            row.bind(job.spec.lane)
            row.bind(job.spec.unique?.key)
            row.bind(job.spec.unique?.phaseMask)
            row.bind(job.createdAt)
            row.bind(job.phase.code)
            row.bind(isBlocked)
            switch job.state {
            case .waiting(let until, let reason):
                row.bind(until)
                row.bind(reason.code)
                row.bindNull()
                row.bindNull()
            case .finished(_, let at):
                row.bindNull()
                row.bindNull()
                row.bind(at)
                row.bind(retention(of: job, from: at))
            case .running: preconditionFailure("a submitted job does not run")
            }
            row.bind(job.startedAt)
            row.bind(job.deadlineAt)
        } == 1
    }

    /// Until when a finished job is kept.
    func retention(of job: Job, from finish: Timestamp) -> Timestamp {
        finish + (job.spec.retention ?? limits.defaultRetention)
    }
}
