internal import JobCore

extension StoreTransaction {
    // Each write that is made often has a statement of its own, because SQLite looks at each index that has a column
    // of the SET list, and binding a column costs as much as writing it; the last one writes everything. All are
    // fenced by what was read. Claims and ends are in `RowChange`.
    private static let updateLease = Query(
        """
        UPDATE jobs SET lease_until_us = ?, version = ?, progress = ?
        WHERE seq = ? AND version = ? AND generation = ?
        """)
    private static let updateStep = Query(
        """
        UPDATE jobs SET
            version = ?, cursor = ?, step_attempts = ?, step_started_us = ?, step_finished_us = ?, step_output = ?,
            failure = ?
        WHERE seq = ? AND version = ? AND generation = ?
        """)
    private static let updateAll = Query(
        """
        UPDATE jobs SET
            version = ?, cursor = ?, step_attempts = ?, step_started_us = ?, step_finished_us = ?, step_output = ?,
            failure = ?, phase = ?, blocked = ?, due_us = ?, wait_reason = ?, lease_until_us = ?,
            cancel_requested = ?, finished_us = ?, retain_until_us = ?, worker = ?, attempt_started_us = ?,
            attempt_finished_us = ?, attempt_outcome = ?, attempt_message = ?, started_us = ?, deadline_us = ?,
            generation = ?, progress = ?
        WHERE seq = ? AND version = ? AND generation = ?
        """)
    private static let updateHistory = Query("UPDATE jobs SET history = ? WHERE seq = ?")

    /// Writes what changed of jobs; those that follow each other and change alike go together.
    ///
    /// - Throws: ``StaleRow`` when a row is not the one that was read.
    func saveRows(_ edits: [Edit]) throws {
        var results = PendingResults()
        var start = edits.startIndex
        var next = edits.first.flatMap { RowChange($0, limits: limits) }
        while start < edits.endIndex {
            let change = next
            var end = start + 1
            while end < edits.endIndex {
                next = RowChange(edits[end], limits: limits)
                guard let change, next == change else { break }
                end += 1
            }
            if let change {
                try make(change, of: edits, start..<end)
            } else {
                try saveAlone(edits[start])
            }
            for edit in edits[start..<end] { try saveRest(edit, &results) }
            start = end
        }
        try results.write(session)
    }

    /// Makes one change to the rows of many jobs.
    private func make(_ change: RowChange, of edits: [Edit], _ range: Range<Int>) throws {
        try change.statement.forEachPart(of: range) { query, part in
            let changed = try session.execute(query) { row in
                change.bind(&row)
                for edit in edits[part] { row.bind(edit.original.seq) }
            }
            guard changed == part.count else { throw StaleRow() }
        }
    }

    /// Writes the row of a job that changed in another way.
    private func saveAlone(_ edit: Edit) throws {
        let (old, new) = (edit.original.job, edit.job)
        let changed: Int
        if let lease = new.lease, old.lease?.generation == lease.generation, !old.hasCancelChange(new) {
            changed = try saveRunning(edit, lease)
        } else {
            changed = try saveAll(edit)
        }
        guard changed == 1 else { throw StaleRow() }
    }

    /// Writes what stands in other tables than the job's row, and notes the change.
    private func saveRest(_ edit: Edit, _ results: inout PendingResults) throws {
        let (old, new) = (edit.original.job, edit.job)
        try saveHistory(edit)
        var stored = edit.original
        stored.textSize += try saveResults(edit, into: &results)
        if results.isFull { try results.write(session) }
        if !old.sharesSpec(with: new) { stored.textSize += try saveSpec(edit) }
        if old.version != new.version { note(new.id) }
        if old.phase != new.phase || old.queue != new.queue {
            count(-1, old.queue, old.phase)
            count(1, new.queue, new.phase)
        }
        stored.job = new
        stored.isBlocked = try isBlocked(edit)
        cache.keep(stored)
    }

    private func isBlocked(_ edit: Edit) throws -> Bool {
        guard let lane = edit.job.lane else { return false }
        if edit.job.isFinished { return false }
        guard edit.original.job.isFinished else { return edit.original.isBlocked }
        return try hasFront(lane, besides: edit.original.seq)
    }

    /// Writes a job that runs on under the same lease.
    private func saveRunning(_ edit: Edit, _ lease: Lease) throws -> Int {
        let (old, new) = (edit.original.job, edit.job)
        let isStepChanged = old.cursor != new.cursor || old.failure != new.failure
        var changed = 1
        var version = old.version
        if lease.expiresAt != old.lease?.expiresAt || old.progress != new.progress || !isStepChanged {
            changed = try session.execute(Self.updateLease) { row in
                row.bind(lease.expiresAt)
                row.bind(new.version)
                row.bind(new.progress?.json)
                bindFence(edit, version: version, &row)
            }
            version = new.version
        }
        guard isStepChanged, changed == 1 else { return changed }
        return try session.execute(Self.updateStep) { row in
            StepColumns(new).bind(&row)
            bindFence(edit, version: version, &row)
        }
    }

    private func saveAll(_ edit: Edit) throws -> Int {
        let new = edit.job
        let isBlocked = try isBlocked(edit)
        return try session.execute(Self.updateAll) { row in
            StepColumns(new).bind(&row)
            row.bind(new.phase.code)
            row.bind(isBlocked)
            bindState(new, &row)
            let attempt = new.attempts.last
            row.bind(attempt?.worker)
            row.bind(attempt?.startedAt)
            row.bind(attempt?.finishedAt)
            row.bind(attempt?.outcome?.code)
            row.bind(attempt?.message)
            row.bind(new.startedAt)
            row.bind(new.deadlineAt)
            row.bind(new.generation)
            row.bind(new.progress?.json)
            bindFence(edit, version: edit.original.job.version, &row)
        }
    }

    /// Writes the earlier attempts, which change only when a further one begins; the latest stands in columns.
    private func saveHistory(_ edit: Edit) throws {
        let new = edit.job
        guard new.attempts.count > 1, edit.original.job.generation != new.generation else { return }
        try session.execute(Self.updateHistory) { row in
            row.bind(JSONValue.array(new.attempts.dropLast().map(\.json)))
            row.bind(edit.original.seq)
        }
    }

    private func bindState(_ job: Job, _ row: inout Binder) {
        switch job.state {
        case .waiting(let until, let reason):
            row.bind(until)
            row.bind(reason.code)
            for _ in 0..<4 { row.bindNull() }
        case .running(let lease, let cancelRequested):
            for _ in 0..<2 { row.bindNull() }
            row.bind(lease.expiresAt)
            row.bind(cancelRequested)
            for _ in 0..<2 { row.bindNull() }
        case .finished(_, let at):
            for _ in 0..<4 { row.bindNull() }
            row.bind(at)
            row.bind(limits.retention(of: job, from: at))
        }
    }

    private func bindFence(_ edit: Edit, version: Int, _ row: inout Binder) {
        row.bind(edit.original.seq)
        row.bind(version)
        row.bind(edit.original.job.generation)
    }
}

extension Job {
    /// Whether a cancel was asked for in between.
    fileprivate func hasCancelChange(_ later: Job) -> Bool {
        guard case .running(_, let before) = state, case .running(_, let after) = later.state else { return true }
        return before != after
    }
}
