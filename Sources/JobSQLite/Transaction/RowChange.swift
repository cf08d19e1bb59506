internal import JobCore

/// What a claim, or the end of a lease, changes in the row of a job.
///
/// Many jobs change alike in one transaction: they are claimed together, and end together. Those are written by one
/// statement. All are fenced by what was read.
enum RowChange: Equatable {
    case claim(Claimed)
    case end(Ended)

    /// The columns of a job that was claimed, which changes neither its steps before the cursor nor what they left.
    struct Claimed: Equatable {
        let fence: RowFence
        let version: Int
        let generation: Int
        let stepAttempts: Int
        let stepStartedAt: Timestamp?
        let stepFinishedAt: Timestamp?
        let leaseUntil: Timestamp
        let worker: String
        let attemptStartedAt: Timestamp?
        let startedAt: Timestamp?
    }

    /// The columns of a job whose lease has ended.
    struct Ended: Equatable {
        let fence: RowFence
        let step: StepColumns
        let phase: UniqueKey.Phase
        let due: Timestamp?
        let waitReason: WaitReason?
        let finishedAt: Timestamp?
        let retainUntil: Timestamp?
        let attemptFinishedAt: Timestamp?
        let attemptOutcome: Attempt.Outcome?
        let attemptMessage: String?
    }

    /// The change that an edit makes; nil when it is of another kind.
    init?(_ edit: Edit, limits: StoreLimits) {
        let (old, new) = (edit.original.job, edit.job)
        if let lease = new.lease, old.isClaimed(as: new) {
            let (record, attempt) = (new.record, new.attempts.last)
            self = .claim(
                Claimed(
                    fence: RowFence(old), version: new.version, generation: new.generation,
                    stepAttempts: record.attempts, stepStartedAt: record.startedAt,
                    stepFinishedAt: record.finishedAt, leaseUntil: lease.expiresAt, worker: lease.worker,
                    attemptStartedAt: attempt?.startedAt, startedAt: new.startedAt))
        } else if old.isEnded(as: new) {
            let attempt = new.attempts.last
            var times: (due: Timestamp?, finish: Timestamp?) = (nil, nil)
            var waitReason: WaitReason?
            switch new.state {
            case .waiting(let until, let reason):
                times.due = until
                waitReason = reason
            case .finished(_, let at): times.finish = at
            case .running: preconditionFailure("a job whose lease has ended does not run")
            }
            self = .end(
                Ended(
                    fence: RowFence(old), step: StepColumns(new), phase: new.phase, due: times.due,
                    waitReason: waitReason, finishedAt: times.finish,
                    retainUntil: times.finish.map { limits.retention(of: new, from: $0) },
                    attemptFinishedAt: attempt?.finishedAt, attemptOutcome: attempt?.outcome,
                    attemptMessage: attempt?.message))
        } else {
            return nil
        }
    }

    // MARK: Statements

    private static let updateClaim = BulkQuery { rows in
        """
        UPDATE jobs SET
            version = ?, step_attempts = ?, step_started_us = ?, step_finished_us = ?, phase = 1, due_us = NULL,
            wait_reason = NULL, lease_until_us = ?, cancel_requested = 0, worker = ?, attempt_started_us = ?,
            attempt_finished_us = NULL, attempt_outcome = NULL, attempt_message = NULL, started_us = ?,
            deadline_us = NULL, generation = ?
        WHERE version = ? AND generation = ? AND seq IN (\(BulkQuery.list("?", rows)))
        """
    }
    private static let updateEnd = BulkQuery { rows in
        """
        UPDATE jobs SET
            version = ?, cursor = ?, step_attempts = ?, step_started_us = ?, step_finished_us = ?, step_output = ?,
            failure = ?, phase = ?, due_us = ?, wait_reason = ?, lease_until_us = NULL, cancel_requested = NULL,
            finished_us = ?, retain_until_us = ?, attempt_finished_us = ?, attempt_outcome = ?, attempt_message = ?
        WHERE version = ? AND generation = ? AND seq IN (\(BulkQuery.list("?", rows)))
        """
    }

    /// The statement that makes the change.
    var statement: BulkQuery {
        switch self {
        case .claim: Self.updateClaim
        case .end: Self.updateEnd
        }
    }

    /// Binds everything but the numbers of the rows.
    func bind(_ row: inout Binder) {
        switch self {
        case .claim(let columns):
            row.bind(columns.version)
            row.bind(columns.stepAttempts)
            row.bind(columns.stepStartedAt)
            row.bind(columns.stepFinishedAt)
            row.bind(columns.leaseUntil)
            row.bind(columns.worker)
            row.bind(columns.attemptStartedAt)
            row.bind(columns.startedAt)
            row.bind(columns.generation)
            columns.fence.bind(&row)
        case .end(let columns):
            columns.step.bind(&row)
            row.bind(columns.phase.code)
            row.bind(columns.due)
            row.bind(columns.waitReason?.code)
            row.bind(columns.finishedAt)
            row.bind(columns.retainUntil)
            row.bind(columns.attemptFinishedAt)
            row.bind(columns.attemptOutcome?.code)
            row.bind(columns.attemptMessage)
            columns.fence.bind(&row)
        }
    }
}

/// What a row must still be for a change to be made.
struct RowFence: Equatable {
    let version: Int
    let generation: Int

    init(_ job: Job) {
        version = job.version
        generation = job.generation
    }

    func bind(_ row: inout Binder) {
        row.bind(version)
        row.bind(generation)
    }
}

/// The columns about the version, the step at the cursor, and why the latest attempt failed.
struct StepColumns: Equatable {
    private let version: Int
    private let cursor: Int
    private let attempts: Int
    private let startedAt: Timestamp?
    private let finishedAt: Timestamp?
    private let output: Int
    private let failure: JobFailure?

    init(_ job: Job) {
        let record = job.record
        version = job.version
        cursor = job.cursor
        attempts = record.attempts
        startedAt = record.startedAt
        finishedAt = record.finishedAt
        output = record.output.map { $0 == StepOutput.none ? 1 : 2 } ?? 0
        failure = job.failure
    }

    func bind(_ row: inout Binder) {
        row.bind(version)
        row.bind(cursor)
        row.bind(attempts)
        row.bind(startedAt)
        row.bind(finishedAt)
        row.bind(output)
        row.bind(failure?.json)
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
}
