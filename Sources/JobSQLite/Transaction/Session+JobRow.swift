internal import JobCore

extension Session {
    private static let results = Query(
        "SELECT step, attempts, started_us, finished_us, output FROM step_results WHERE job = ?")

    /// Puts a job together from a row with the columns of ``jobColumns``, and from its results in other tables.
    ///
    /// - Parameter decodesLater: whether the specification may be decoded later, by whoever looks at it.
    func storedJob(_ row: ResultRow, decodesLater: Bool = false) throws -> StoredJob {
        let seq = row.int64(0)
        guard let id = row.jobID(1) else { throw UnknownCode(type: "job id", code: seq) }
        let specBytes = row.bytes(29)
        let cursor = row.int(15)
        let encoded =
            decodesLater
            ? EncodedSpec(specBytes, queue: row.text(27), lane: row.optionalText(28), cursor: cursor) : nil
        let spec = encoded == nil ? try JobSpec(stored: specBytes) : nil
        let phase = try UniqueKey.Phase.decode(row.int64(3))
        let (steps, outputSize) = try stepRecords(
            row, seq, phase, cursor: cursor, count: encoded?.stepCount ?? spec?.steps.count ?? 0)
        let state = try JobRow.state(row, phase)
        let attempts = try JobRow.attempts(row)
        let progress = try row.json(25).flatMap(JobProgress.init(json:))
        let failure = try row.json(26).flatMap(JobFailure.init(json:))
        let (createdAt, startedAt, deadlineAt) = (row.time(2), row.optionalTime(11), row.optionalTime(12))
        let (generation, version) = (row.int(13), row.int(14))
        let job: Job
        if let encoded {
            job = Job(
                id: id, encodedSpec: encoded, createdAt: createdAt, state: state, startedAt: startedAt,
                generation: generation, version: version, cursor: cursor, steps: steps, attempts: attempts,
                progress: progress, failure: failure, deadlineAt: deadlineAt)
        } else {
            guard let spec else { preconditionFailure("a specification is decoded now or later") }
            job = Job(
                id: id, spec: spec, createdAt: createdAt, state: state, startedAt: startedAt, generation: generation,
                version: version, cursor: cursor, steps: steps, attempts: attempts, progress: progress,
                failure: failure, deadlineAt: deadlineAt)
        }
        return StoredJob(
            seq: seq, job: job, isBlocked: row.bool(4), textSize: specBytes.count + outputSize)
    }

    /// The records of a job's steps, and how many bytes their outputs have in the file.
    ///
    /// The record of the step at the cursor, or of the last one, stands in the row.
    private func stepRecords(
        _ row: ResultRow, _ seq: Int64, _ phase: UniqueKey.Phase, cursor: Int, count: Int
    ) throws -> (records: [StepRecord], outputSize: Int) {
        guard count > 0 else { return ([], 0) }
        var steps = [StepRecord](repeating: StepRecord(), count: count)
        let columnStep = min(cursor, count - 1)
        let outputKind = row.int(19)
        let startedAt = row.optionalTime(17)
        steps[columnStep] = StepRecord(
            status: JobRow.status(phase, isDone: cursor > columnStep, hasBegun: startedAt != nil),
            attempts: row.int(16), startedAt: startedAt, finishedAt: row.optionalTime(18),
            output: outputKind == 1 ? StepOutput.none : nil)
        if Outcome(phase) != nil {
            for index in steps.indices where index > columnStep { steps[index].status = .skipped }
        }
        guard outputKind == 2 || columnStep > 0 else { return (steps, 0) }
        var outputSize = 0
        try forEach(Self.results) {
            $0.bind(seq)
        } visit: { row in
            let index = row.int(0)
            guard steps.indices.contains(index) else { return true }
            outputSize += row.byteCount(4)
            let output = try row.json(4).map(StepOutput.init(document:))
            if index == columnStep {
                steps[index].output = output
            } else {
                steps[index] = StepRecord(
                    status: .succeeded, attempts: row.int(1), startedAt: row.optionalTime(2),
                    finishedAt: row.optionalTime(3), output: output)
            }
            return true
        }
        return (steps, outputSize)
    }
}

/// What follows from the columns of a job's row.
private enum JobRow {
    static func state(_ row: ResultRow, _ phase: UniqueKey.Phase) throws -> JobState {
        if let outcome = Outcome(phase) { return .finished(outcome, at: row.time(10)) }
        if phase == .waiting { return .waiting(until: row.time(5), reason: try WaitReason.decode(row.int64(6))) }
        return .running(
            Lease(worker: row.text(7), generation: row.int(13), expiresAt: row.time(8)),
            cancelRequested: row.bool(9))
    }

    /// The status of the step at the cursor, which follows from the job's.
    static func status(_ phase: UniqueKey.Phase, isDone: Bool, hasBegun: Bool) -> StepRecord.Status {
        if isDone { return .succeeded }
        switch phase {
        case .waiting: return .waiting
        case .running: return .running
        case .succeeded, .failed, .poisoned, .cancelled: return hasBegun ? .failed : .skipped
        }
    }

    static func attempts(_ row: ResultRow) throws -> [Attempt] {
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
