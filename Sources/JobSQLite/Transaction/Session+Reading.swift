internal import GRDB
internal import JobCore

extension Session {
    /// The columns that ``storedJob(_:decodesLater:)`` expects, in its order; for `FROM jobs JOIN job_specs ON job = seq`.
    static let jobColumns = """
        seq, id, created_us, phase, blocked, due_us, wait_reason, worker, lease_until_us, cancel_requested,
        finished_us, started_us, deadline_us, generation, version, cursor, step_attempts, step_started_us,
        step_finished_us, step_output, attempt_started_us, attempt_finished_us, attempt_outcome, attempt_message,
        history, progress, failure, queue, lane, spec
        """

    private static let byID = Query(
        "SELECT \(jobColumns) FROM jobs JOIN job_specs ON job = seq WHERE id = ?")
    private static let bySeq = BulkQuery { rows in
        "SELECT \(jobColumns) FROM jobs JOIN job_specs ON job = seq WHERE seq IN (\(BulkQuery.list("?", rows)))"
    }
    private static let seqOfID = Query("SELECT seq FROM jobs WHERE id = ?")

    /// The stored job of an id; nil when there is none.
    func job(_ id: JobID) throws -> StoredJob? {
        try first(Self.byID) {
            $0.bind(id)
        } read: {
            try storedJob($0)
        }
    }

    /// The stored jobs of rows, in their order, with specifications that are decoded when somebody asks for them.
    ///
    /// - Throws: ``StaleRow`` when one is not there.
    func undecodedJobs(_ seqs: [Int64]) throws -> [StoredJob] {
        var found: [Int64: StoredJob] = [:]
        found.reserveCapacity(seqs.count)
        try Self.bySeq.forEachPart(of: seqs.indices) { query, part in
            try forEach(query) { row in
                for seq in seqs[part] { row.bind(seq) }
            } visit: { row in
                let stored = try storedJob(row, decodesLater: true)
                found[stored.seq] = stored
                return true
            }
        }
        return try seqs.map { seq in
            guard let stored = found[seq] else { throw StaleRow() }
            return stored
        }
    }

    /// The row of an id; nil when there is none.
    func seq(of id: JobID) throws -> Int64? {
        try first(Self.seqOfID) {
            $0.bind(id)
        } read: {
            $0.int64(0)
        }
    }
}
