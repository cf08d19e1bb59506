internal import JobCore

extension StoreTransaction {
    // Each write that is made often has a statement of its own, because SQLite looks at each index that has a column
    // of the SET list, and binding a column costs as much as writing it; the last one writes everything. All are
    // fenced by what was read.
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
    private static let updateClaim = Query(
        """
        UPDATE jobs SET
            version = ?, step_attempts = ?, step_started_us = ?, step_finished_us = ?, phase = 1, due_us = NULL,
            wait_reason = NULL, lease_until_us = ?, cancel_requested = 0, worker = ?, attempt_started_us = ?,
            attempt_finished_us = NULL, attempt_outcome = NULL, attempt_message = NULL, started_us = ?,
            deadline_us = NULL, generation = ?
        WHERE seq = ? AND version = ? AND generation = ?
        """)
    private static let updateEnd = Query(
        """
        UPDATE jobs SET
            version = ?, cursor = ?, step_attempts = ?, step_started_us = ?, step_finished_us = ?, step_output = ?,
            failure = ?, phase = ?, due_us = ?, wait_reason = ?, lease_until_us = NULL, cancel_requested = NULL,
            finished_us = ?, retain_until_us = ?, attempt_finished_us = ?, attempt_outcome = ?, attempt_message = ?
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
        } else if let lease = new.lease, old.isClaimed(as: new) {
            changed = try saveClaim(edit, lease)
        } else if old.isEnded(as: new) {
            changed = try saveEnd(edit)
        } else {
            changed = try saveAll(edit, isBlocked: stored.isBlocked)
        }
        guard changed == 1 else { throw StaleRow() }
        let isLarge = try saveResults(edit)
        if !old.sharesSpec(with: new) { try saveSpec(edit) }
        if old.version != new.version { note(new.id) }
        if old.phase != new.phase || old.queue != new.queue {
            count(-1, old.queue, old.phase)
            count(1, new.queue, new.phase)
        }
        cache.keep(stored, isLarge: isLarge)
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
            bindStep(new, &row)
            bindFence(edit, version: version, &row)
        }
    }

    /// Writes a job that was claimed, which changes neither its steps before the cursor nor what they left.
    private func saveClaim(_ edit: Edit, _ lease: Lease) throws -> Int {
        let new = edit.job
        let record = new.record
        let changed = try session.execute(Self.updateClaim) { row in
            row.bind(new.version)
            row.bind(record.attempts)
            row.bind(record.startedAt)
            row.bind(record.finishedAt)
            row.bind(lease.expiresAt)
            row.bind(lease.worker)
            row.bind(new.attempts.last?.startedAt)
            row.bind(new.startedAt)
            row.bind(new.generation)
            bindFence(edit, version: edit.original.job.version, &row)
        }
        try saveHistory(edit)
        return changed
    }

    /// Writes a job whose lease has ended.
    private func saveEnd(_ edit: Edit) throws -> Int {
        let new = edit.job
        return try session.execute(Self.updateEnd) { row in
            bindStep(new, &row)
            row.bind(new.phase.code)
            switch new.state {
            case .waiting(let until, let reason):
                row.bind(until)
                row.bind(reason.code)
                for _ in 0..<2 { row.bindNull() }
            case .finished(_, let at):
                for _ in 0..<2 { row.bindNull() }
                row.bind(at)
                row.bind(limits.retention(of: new, from: at))
            case .running: preconditionFailure("a job whose lease has ended does not run")
            }
            let attempt = new.attempts.last
            row.bind(attempt?.finishedAt)
            row.bind(attempt?.outcome?.code)
            row.bind(attempt?.message)
            bindFence(edit, version: edit.original.job.version, &row)
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
        try saveHistory(edit)
        return changed
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

    private func bindStep(_ job: Job, _ row: inout Binder) {
        row.bind(job.version)
        row.bind(job.cursor)
        let record = job.record
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
    /// The record of the step at the cursor, or of the last step when all are done.
    fileprivate var record: StepRecord {
        steps.isEmpty ? StepRecord() : steps[min(cursor, steps.count - 1)]
    }

    /// Whether a later form of the job differs by one claim alone.
    fileprivate func isClaimed(as later: Job) -> Bool {
        guard case .running(_, cancelRequested: false) = later.state else { return false }
        return later.generation == generation + 1 && later.cursor == cursor && later.failure == failure
            && later.progress == progress
    }

    /// Whether a later form of the job differs by the end of its lease, and by steps that were done under it.
    fileprivate func isEnded(as later: Job) -> Bool {
        guard case .running = state, later.lease == nil else { return false }
        return later.generation == generation && later.progress == progress && later.deadlineAt == deadlineAt
    }

    /// Whether a cancel was asked for in between.
    fileprivate func hasCancelChange(_ later: Job) -> Bool {
        guard case .running(_, let before) = state, case .running(_, let after) = later.state else { return true }
        return before != after
    }
}
