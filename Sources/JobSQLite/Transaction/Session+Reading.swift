internal import GRDB
internal import JobCore

extension Session {
    /// The columns that ``readJob(_:)`` expects, in its order; for `FROM jobs JOIN job_specs ON job = seq`.
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
    private static let results = Query(
        "SELECT step, attempts, started_us, finished_us, output FROM step_results WHERE job = ?")

    /// The stored job of an id; nil when there is none.
    func job(_ id: JobID) throws -> StoredJob? {
        try first(Self.byID) {
            $0.bind(id)
        } read: {
            try PartialJob($0)
        }.map(complete)
    }

    /// The stored job of a row, with a specification that is decoded when somebody asks for it; nil when there is none.
    func undecodedJob(seq: Int64) throws -> StoredJob? {
        try first(Self.bySeq) {
            $0.bind(seq)
        } read: {
            try PartialJob($0, decodesLater: true)
        }.map(complete)
    }

    /// The row of an id; nil when there is none.
    func seq(of id: JobID) throws -> Int64? {
        try first(Self.seqOfID) {
            $0.bind(id)
        } read: {
            $0.int64(0)
        }
    }

    /// Adds what stands in other tables.
    func complete(_ partial: PartialJob) throws -> StoredJob {
        var steps = partial.steps
        var outputSize = 0
        if partial.hasResultRows {
            try forEach(Self.results) {
                $0.bind(partial.seq)
            } visit: { row in
                let index = row.int(0)
                guard steps.indices.contains(index) else { return true }
                outputSize += row.byteCount(4)
                let output = try row.json(4).map(StepOutput.init(document:))
                if index == partial.columnStep {
                    steps[index].output = output
                } else {
                    steps[index] = StepRecord(
                        status: .succeeded, attempts: row.int(1), startedAt: row.optionalTime(2),
                        finishedAt: row.optionalTime(3), output: output)
                }
                return true
            }
        }
        return partial.stored(steps, outputSize: outputSize)
    }
}
