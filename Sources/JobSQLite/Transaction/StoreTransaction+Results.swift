internal import JobCore

/// Rows of `step_results` that are still to be written: records that a job's row has no longer, and outputs.
struct PendingResults {
    private struct Row {
        let job: Int64
        let step: Int
        let record: StepRecord
        /// The output as JSON text; nil when there is none.
        let output: [UInt8]?
    }

    private var rows: [Row] = []
    private var bytes = 0

    /// Whether what there is should be written before more is gathered.
    var isFull: Bool { bytes >= BulkQuery.usualBytes }

    mutating func add(_ record: StepRecord, output: [UInt8]?, step: Int, of job: Int64) {
        rows.append(Row(job: job, step: step, record: record, output: output))
        bytes += output?.count ?? 0
    }

    private static let put = BulkQuery { rows in
        """
        INSERT INTO step_results (job, step, attempts, started_us, finished_us, output)
        VALUES \(BulkQuery.list("(?, ?, ?, ?, ?, ?)", rows))
        ON CONFLICT (job, step) DO UPDATE SET
            attempts = excluded.attempts, started_us = excluded.started_us, finished_us = excluded.finished_us,
            output = excluded.output
        """
    }

    /// Writes what there is, in the place of earlier records of the same steps.
    mutating func write(_ session: Session) throws {
        try Self.put.forEachPart(of: rows.indices) { query, part in
            try session.execute(query) { binder in
                for row in rows[part] {
                    binder.bind(row.job)
                    binder.bind(row.step)
                    binder.bind(row.record.attempts)
                    binder.bind(row.record.startedAt)
                    binder.bind(row.record.finishedAt)
                    if let output = row.output { binder.bind(text: output) } else { binder.bindNull() }
                }
            }
        }
        self = PendingResults()
    }
}

extension StoreTransaction {
    private static let dropResult = Query("DELETE FROM step_results WHERE job = ? AND step = ?")

    /// Gathers the records of the steps that the job's row no longer has, and outputs, for ``PendingResults``.
    ///
    /// Steps before the old cursor never change, and those after the new one have not begun.
    ///
    /// - Returns: how many bytes of outputs are to be written.
    func saveResults(_ edit: Edit, into results: inout PendingResults) throws -> Int {
        let (old, new) = (edit.original.job, edit.job)
        guard !new.steps.isEmpty else { return 0 }
        let first = min(old.cursor, new.steps.count - 1)
        let last = min(new.cursor, new.steps.count - 1)
        var written = 0
        for index in first...last {
            let record = new.steps[index]
            let isUnchanged = index == last && index == first && record.output == old.steps[index].output
            if isUnchanged { continue }
            if index < last || record.output.map({ $0 != StepOutput.none }) ?? false {
                let output = record.output?.document.utf8
                written += output?.count ?? 0
                results.add(record, output: output, step: index, of: edit.original.seq)
            } else if index == first, old.steps[index].output.map({ $0 != StepOutput.none }) ?? false {
                try session.execute(Self.dropResult) { row in
                    row.bind(edit.original.seq)
                    row.bind(index)
                }
            }
        }
        return written
    }
}

extension StepOutput {
    /// The output itself, or what fits of one that is longer than a store keeps: codes and the start of the text.
    func bounded(to limit: Int) -> StepOutput {
        if self == StepOutput.none { return self }
        let document = document
        // Most are far below the limit, which is seen without writing them.
        if document.sizeBound <= limit || document.utf8.count <= limit { return self }
        var short = StepOutput(exitCode: exitCode, signal: signal, status: status, isTruncated: true)
        // Escaping makes a byte at most six.
        short.body = body.map { String(decoding: $0.utf8.prefix(limit / 6), as: UTF8.self) }
        return short
    }
}
