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
    private static let bySeq = Query(
        "SELECT \(jobColumns) FROM jobs JOIN job_specs ON job = seq WHERE seq = ?")
    private static let seqOfID = Query("SELECT seq FROM jobs WHERE id = ?")

    /// The stored job of an id; nil when there is none.
    func job(_ id: JobID) throws -> StoredJob? {
        try first(Self.byID) {
            $0.bind(id)
        } read: {
            try storedJob($0)
        }
    }

    /// The stored job of a row, with a specification that is decoded when somebody asks for it; nil when there is none.
    func undecodedJob(seq: Int64) throws -> StoredJob? {
        try first(Self.bySeq) {
            $0.bind(seq)
        } read: {
            try storedJob($0, decodesLater: true)
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
