internal import JobCore

extension StoreTransaction {
    // Two statements for the two writes of a running job that leave it running, because SQLite rewrites each index
    // that has a column of the SET list; the third writes everything. All are fenced by what was read.
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

    /// Writes what changed of a job.
    ///
    /// - Throws: ``StaleRow`` when the row is not the one that was read.
    func save(_ edit: Edit) throws {
        let (old, new) = (edit.original.job, edit.job)
        var stored = edit.original
        stored.job = new
        stored.isBlocked = try isBlocked(edit)
        let changed: Int
        if let lease = new.lease, old.lease?.generation == lease.generation, !old.hasCancelChange(new) {
            changed = try saveRunning(edit, lease)
        } else {
            changed = try saveAll(edit, isBlocked: stored.isBlocked)
        }
        guard changed == 1 else { throw StaleRow() }
        let isLarge = try saveResults(edit)
        if old.phase != new.phase {
            count(-1, new.spec.queue, old.phase)
            count(1, new.spec.queue, new.phase)
        }
        cache.keep(stored, isLarge: isLarge)
    }

    private func isBlocked(_ edit: Edit) throws -> Bool {
        guard let lane = edit.job.spec.lane else { return false }
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
            bindStep(new, &row)
            bindFence(edit, version: version, &row)
        }
    }

    private func saveAll(_ edit: Edit, isBlocked: Bool) throws -> Int {
        let new = edit.job
        let changed = try session.execute(Self.updateAll) { row in
            bindStep(new, &row)
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
        // The latest attempt stands in columns; the earlier ones change only when a further one begins.
        if new.attempts.count > 1, edit.original.job.generation != new.generation {
            try session.execute(Self.updateHistory) { row in
                row.bind(JSONValue.array(new.attempts.dropLast().map(\.json)))
                row.bind(edit.original.seq)
            }
        }
        return changed
    }

    private func bindStep(_ job: Job, _ row: inout Binder) {
        row.bind(job.version)
        row.bind(job.cursor)
        let record = job.steps.isEmpty ? StepRecord() : job.steps[min(job.cursor, job.steps.count - 1)]
        row.bind(record.attempts)
        row.bind(record.startedAt)
        row.bind(record.finishedAt)
        row.bind(record.output.map { $0 == StepOutput.none ? 1 : 2 } ?? 0)
        row.bind(job.failure?.json)
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
            row.bind(retention(of: job, from: at))
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
