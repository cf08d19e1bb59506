internal import GRDB
internal import JobCore

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
        if let unique = encoded.unique {
            // The id comes first: a repeated call finds its own job, whoever holds the key by now.
            if let known = try session.job(encoded.job.id) { return known.job }
            let holder = try session.first(Self.keyHolder) {
                $0.bind(unique.key)
            } read: {
                $0.jobID(0)
            }
            if let holder, let id = holder, let known = try session.job(id) { return known.job }
        }
        return try insert(encoded)
    }

    /// Stores the callbacks of jobs that have just finished.
    func enqueueFollowUps(_ jobs: [NewJob]) throws {
        for new in jobs { _ = try enqueue(EncodedJob(new, at: now, limits: limits)) }
    }

    private func insert(_ encoded: EncodedJob) throws -> Job {
        let job = encoded.job
        let isBlocked = try !job.isFinished && job.lane.map { try hasUnfinished($0) } ?? false
        guard try insertRow(encoded, isBlocked: isBlocked) else {
            guard let known = try session.job(job.id) else { throw StaleRow() }
            return known.job
        }
        let seq = session.db.lastInsertedRowID
        try session.execute(Self.insertSpec) { row in
            row.bind(seq)
            row.bind(encoded.name)
            row.bind(text: encoded.spec)
        }
        try insertTags(encoded.tags, of: seq)
        count(1, job.queue, job.phase)
        news.enqueued.append(job)
        note(job.id)
        if job.isFinished { try enqueueFollowUps(job.followUps) }
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
    private func insertRow(_ encoded: EncodedJob, isBlocked: Bool) throws -> Bool {
        let job = encoded.job
        return try session.execute(Self.insertJob) { row in
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
        } == 1
    }
}
