internal import GRDB
internal import JobCore

extension StoreTransaction {
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
        if let known = pending.job(job.id) { return known }
        // Not by ``session``: whoever has the id is written, or has just been looked for among the others.
        if !(trustsFreshIDs && encoded.hasFreshID), try written.seq(of: job.id) != nil,
            let known = try written.job(job.id)
        {
            return known.job
        }
        let isBlocked = try !job.isFinished && job.lane.map { try hasUnfinished($0) } ?? false
        try pending.add(encoded, isBlocked: isBlocked) { try PendingRows.latestSeq(written) }
        if pending.isFull { try writePending() }
        count(1, job.queue, job.phase)
        news.enqueued.append(job)
        note(job.id)
        if job.isFinished { try enqueueFollowUps(job.followUps) }
        return job
    }

    /// Writes the rows of the new jobs that have none yet.
    ///
    /// - Throws: ``PendingRowsFailure``.
    func writePending() throws {
        let rows = pending.take()
        do {
            try PendingRows.write(rows, written)
            for row in rows where !row.encoded.tags.isEmpty { try insertTags(row.encoded.tags, of: row.seq) }
        } catch {
            throw PendingRowsFailure(cause: error)
        }
    }

    func insertTags(_ tags: [String: String], of seq: Int64) throws {
        for (key, value) in tags {
            try written.execute(Self.insertTag) { row in
                row.bind(seq)
                row.bind(key)
                row.bind(value)
            }
        }
    }
}
