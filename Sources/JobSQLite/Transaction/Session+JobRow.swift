internal import JobCore

/// A job as its row in `jobs` and its specification give it: all but the results of earlier steps.
struct PartialJob {
    let seq: Int64
    /// The records of the steps, as far as the row has them.
    let steps: [StepRecord]
    /// The step whose record stands in the row; nil for a job without steps.
    let columnStep: Int?
    /// Whether `step_results` has something to add.
    let hasResultRows: Bool
    /// How many bytes the specification has in the file.
    let specSize: Int
    private let isBlocked: Bool
    private let make: ([StepRecord]) -> Job

    /// Reads a row with the columns of `Session.jobColumns`.
    ///
    /// - Parameter decodesLater: whether the specification may be decoded later, by whoever looks at it.
    init(_ row: ResultRow, decodesLater: Bool = false) throws {
        let seq = row.int64(0)
        guard let id = row.jobID(1) else { throw UnknownCode(type: "job id", code: seq) }
        let specBytes = row.bytes(29)
        let encoded =
            decodesLater
            ? EncodedSpec(specBytes, queue: row.text(27), lane: row.optionalText(28), cursor: row.int(15)) : nil
        let spec = encoded == nil ? try JobSpec(stored: specBytes) : nil
        let stepCount = encoded?.stepCount ?? spec?.steps.count ?? 0
        let phase = try UniqueKey.Phase.decode(row.int64(3))
        let state = try Self.state(row, phase)
        let cursor = row.int(15)
        let outputKind = row.int(19)
        let columnStep = stepCount == 0 ? nil : min(cursor, stepCount - 1)
        var steps = [StepRecord](repeating: StepRecord(), count: stepCount)
        if let columnStep {
            let startedAt = row.optionalTime(17)
            steps[columnStep] = StepRecord(
                status: Self.status(phase, isDone: cursor > columnStep, hasBegun: startedAt != nil),
                attempts: row.int(16), startedAt: startedAt, finishedAt: row.optionalTime(18),
                output: outputKind == 1 ? StepOutput.none : nil)
            if Outcome(phase) != nil {
                for index in steps.indices where index > columnStep { steps[index].status = .skipped }
            }
        }
        let attempts = try Self.attempts(row)
        let progress = try row.json(25).flatMap(JobProgress.init(json:))
        let failure = try row.json(26).flatMap(JobFailure.init(json:))
        let (createdAt, startedAt, deadlineAt) = (row.time(2), row.optionalTime(11), row.optionalTime(12))
        let (generation, version) = (row.int(13), row.int(14))
        self.seq = seq
        self.steps = steps
        self.columnStep = columnStep
        hasResultRows = outputKind == 2 || (columnStep ?? 0) > 0
        specSize = specBytes.count
        isBlocked = row.bool(4)
        make = { steps in
            if let encoded {
                return Job(
                    id: id, encodedSpec: encoded, createdAt: createdAt, state: state, startedAt: startedAt,
                    generation: generation, version: version, cursor: cursor, steps: steps, attempts: attempts,
                    progress: progress, failure: failure, deadlineAt: deadlineAt)
            }
            guard let spec else { preconditionFailure("a specification is decoded now or later") }
            return Job(
                id: id, spec: spec, createdAt: createdAt, state: state, startedAt: startedAt, generation: generation,
                version: version, cursor: cursor, steps: steps, attempts: attempts, progress: progress,
                failure: failure, deadlineAt: deadlineAt)
        }
    }

    /// The job with the records of its steps, whose outputs have a size in the file.
    func stored(_ steps: [StepRecord], outputSize: Int) -> StoredJob {
        StoredJob(seq: seq, job: make(steps), isBlocked: isBlocked, textSize: specSize + outputSize)
    }

    private static func state(_ row: ResultRow, _ phase: UniqueKey.Phase) throws -> JobState {
        if let outcome = Outcome(phase) { return .finished(outcome, at: row.time(10)) }
        if phase == .waiting { return .waiting(until: row.time(5), reason: try WaitReason.decode(row.int64(6))) }
        return .running(
            Lease(worker: row.text(7), generation: row.int(13), expiresAt: row.time(8)),
            cancelRequested: row.bool(9))
    }

    /// The status of the step at the cursor, which follows from the job's.
    private static func status(_ phase: UniqueKey.Phase, isDone: Bool, hasBegun: Bool) -> StepRecord.Status {
        if isDone { return .succeeded }
        switch phase {
        case .waiting: return .waiting
        case .running: return .running
        case .succeeded, .failed, .poisoned, .cancelled: return hasBegun ? .failed : .skipped
        }
    }

    private static func attempts(_ row: ResultRow) throws -> [Attempt] {
        guard let startedAt = row.optionalTime(20) else { return [] }
        var attempts: [Attempt] = []
        if case .array(let earlier)? = try row.json(24) { attempts = earlier.compactMap(Attempt.init(json:)) }
        attempts.append(
            Attempt(
                number: row.int(13), worker: row.text(7), startedAt: startedAt, finishedAt: row.optionalTime(21),
                outcome: row.isNull(22) ? nil : try Attempt.Outcome.decode(row.int64(22)),
                message: row.optionalText(23)))
        return attempts
    }
}
