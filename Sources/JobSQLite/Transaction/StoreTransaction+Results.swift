internal import JobCore

extension StoreTransaction {
    private static let putResult = Query(
        """
        INSERT INTO step_results (job, step, attempts, started_us, finished_us, output)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (job, step) DO UPDATE SET
            attempts = excluded.attempts, started_us = excluded.started_us, finished_us = excluded.finished_us,
            output = excluded.output
        """)
    private static let dropResult = Query("DELETE FROM step_results WHERE job = ? AND step = ?")

    /// Writes the records of the steps that the job's row no longer has, and outputs.
    ///
    /// Steps before the old cursor never change, and those after the new one have not begun.
    ///
    /// - Returns: whether what was written is too large for the cache.
    func saveResults(_ edit: Edit) throws -> Bool {
        let (old, new) = (edit.original.job, edit.job)
        guard !new.steps.isEmpty else { return false }
        let first = min(old.cursor, new.steps.count - 1)
        let last = min(new.cursor, new.steps.count - 1)
        var isLarge = false
        for index in first...last {
            let record = new.steps[index]
            let isUnchanged = index == last && index == first && record.output == old.steps[index].output
            if isUnchanged { continue }
            if index < last || record.output.map({ $0 != StepOutput.none }) ?? false {
                let output = record.output?.document.utf8
                isLarge = isLarge || (output?.count ?? 0) > JobCache.largestText
                try session.execute(Self.putResult) { row in
                    row.bind(edit.original.seq)
                    row.bind(index)
                    row.bind(record.attempts)
                    row.bind(record.startedAt)
                    row.bind(record.finishedAt)
                    if let output { row.bind(text: output) } else { row.bindNull() }
                }
            } else if index == first, old.steps[index].output.map({ $0 != StepOutput.none }) ?? false {
                try session.execute(Self.dropResult) { row in
                    row.bind(edit.original.seq)
                    row.bind(index)
                }
            }
        }
        return isLarge
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
