/// One job while an event is applied to it: the steps that the rules in ``Job/applying(_:at:)`` are made of.
struct JobEditor {
    var job: Job
    var effects: [Transition.Effect] = []
    let now: Timestamp
    private let originalVersion: Int

    init(_ job: Job, at now: Timestamp) {
        self.job = job
        self.now = now
        originalVersion = job.version
    }

    var transition: Transition { Transition(job: job, effects: effects) }

    /// Marks the job as changed; any number of edits in one event make one new version.
    mutating func touch() {
        job.version = originalVersion + 1
    }

    // MARK: Changes by people

    /// Changes the waiting job; a change that makes no difference makes no new version.
    mutating func edit(_ edit: JobEdit, until: Timestamp, _ reason: WaitReason) throws(TransitionRefused) {
        do throws(InvalidJob) { try edit.validate() } catch { throw .invalidEdit(error) }
        let spec = edit.applied(to: job.spec)
        // One that is due already keeps its place when it is asked for at once.
        let due = edit.notBefore.map { $0 <= now ? min(until, now) : $0 } ?? until
        guard spec != job.spec || due != until else { return }
        touch()
        job.replaceSpec(spec)
        job.state = .waiting(until: due, reason: reason)
        // A job that has been started since it was submitted has no deadline any more.
        if reason == .scheduled { job.deadlineAt = spec.deadline.map { due + $0 } }
        effects.append(.edited)
        effects.append(.due(at: due))
    }

    // MARK: Leases

    /// Gives the job to a worker.
    ///
    /// The attempt at the current step is counted here, before it runs.
    mutating func lease(to worker: String, for duration: Duration, waitedSince due: Timestamp) {
        touch()
        job.generation += 1
        job.state = .running(
            Lease(worker: worker, generation: job.generation, expiresAt: now + duration), cancelRequested: false)
        job.startedAt = job.startedAt ?? now
        job.deadlineAt = nil
        job.attempts.append(Attempt(number: job.generation, worker: worker, startedAt: now))
        if job.attempts.count > Job.attemptsKept { job.attempts.removeFirst() }
        beginStep()
        effects.append(.started(wait: max(.zero, now - due)))
    }

    /// Claims a job whose lease has expired: its worker is lost and has used up its attempt.
    mutating func takeOver(from old: Lease, by worker: String, for duration: Duration, cancelRequested: Bool) {
        let message = loseWorker(of: old)
        if cancelRequested { return finish(.cancelled, failure: cancelReason) }
        if job.cursor == job.steps.count { return finish(.succeeded) }
        guard job.survivesLoss else {
            let step = job.spec.steps[job.cursor].name
            return finish(.poisoned, failure: JobFailure(code: .workerLost, message: message, step: step))
        }
        lease(to: worker, for: duration, waitedSince: old.expiresAt)
    }

    /// Ends the attempt of a worker whose lease has expired, and says why.
    private mutating func loseWorker(of lease: Lease) -> String {
        let message = "worker \(lease.worker) was lost: its lease expired at \(lease.expiresAt)"
        endAttempt(.lost, message: message)
        return message
    }

    mutating func extend(_ lease: Lease, for duration: Duration, progress: JobProgress?, cancelRequested: Bool) {
        var extended = lease
        // A clock that was set back must not shorten a lease that was given.
        extended.expiresAt = max(lease.expiresAt, now + duration)
        job.state = .running(extended, cancelRequested: cancelRequested)
        if let progress, progress != job.progress {
            job.progress = progress
            effects.append(.progressed)
            touch()
        }
    }

    // MARK: Steps

    private mutating func beginStep() {
        guard job.cursor < job.steps.count else { return }
        var record = job.steps[job.cursor]
        record.status = .running
        record.attempts += 1
        record.startedAt = record.startedAt ?? now
        record.finishedAt = nil
        job.steps[job.cursor] = record
    }

    mutating func finishStep(_ step: Int, output: StepOutput) throws(TransitionRefused) {
        // The reply to an earlier report may have been lost; the same worker says it again.
        if step >= 0, step < job.cursor { return }
        guard step == job.cursor, step < job.steps.count else { throw .wrongStep(expected: job.cursor) }
        touch()
        job.steps[step].status = .succeeded
        job.steps[step].finishedAt = now
        job.steps[step].output = output
        job.cursor += 1
        job.failure = cancelReason
        beginStep()
        effects.append(.stepSucceeded(step))
    }

    // MARK: Ends of attempts

    /// A step failed: wait for another attempt when the policy says so, else end the job.
    mutating func fail(_ failure: StepFailure) {
        guard job.cursor < job.steps.count else {
            // All steps are recorded; what failed came after them, such as the job's own time limit.
            endAttempt(.failed, message: failure.message)
            return finish(.failed, failure: JobFailure(code: failure.code, message: failure.message))
        }
        let step = job.spec.steps[job.cursor]
        let policy = job.spec.retryPolicy(of: step)
        let attempts = job.steps[job.cursor].attempts
        job.steps[job.cursor].finishedAt = now
        job.steps[job.cursor].output = failure.output
        endAttempt(.failed, message: failure.message)
        let reason = JobFailure(code: failure.code, message: failure.message, step: step.name)
        if failure.isRetryable, attempts < policy.limit {
            let delay = policy.delay(afterAttempt: attempts, atLeast: failure.retryAfter, unit: failure.jitter)
            job.failure = reason
            wait(until: now + delay, .retry)
        } else {
            finish(failure.isRetryable && policy.isExplicit ? .poisoned : .failed, failure: reason)
        }
    }

    /// Asks the worker to stop; without one that lives, the job ends at once, as nobody may ever claim it again.
    mutating func requestCancel(_ reason: String?, of lease: Lease, wasRequested: Bool) {
        let why = reason.map(JobFailure.init(cancelledBecause:))
        if lease.expiresAt <= now {
            _ = loseWorker(of: lease)
            return finish(.cancelled, failure: cancelReason ?? why)
        }
        if wasRequested { return }
        touch()
        job.state = .running(lease, cancelRequested: true)
        if let why { job.failure = why }
        effects.append(.cancelRequested)
    }

    /// Why a running job is to be cancelled, where that was said.
    private var cancelReason: JobFailure? {
        guard case .running(_, cancelRequested: true) = job.state, job.failure?.code == .cancelled else {
            return nil
        }
        return job.failure
    }

    mutating func cancelAttempt() {
        endAttempt(.cancelled)
        finish(.cancelled, failure: cancelReason)
    }

    /// Ends the attempt without counting it.
    mutating func giveBack(
        _ reason: WaitReason, until: Timestamp, ending outcome: Attempt.Outcome, message: String? = nil
    ) {
        endAttempt(outcome, message: message)
        if job.cursor < job.steps.count { job.steps[job.cursor].attempts -= 1 }
        wait(until: until, reason)
    }

    mutating func endAttempt(_ outcome: Attempt.Outcome, message: String? = nil) {
        touch()
        guard let last = job.attempts.indices.last, job.attempts[last].finishedAt == nil else { return }
        job.attempts[last].finishedAt = now
        job.attempts[last].outcome = outcome
        job.attempts[last].message = message
        // What becomes of the job follows.
        effects.reserveCapacity(2)
        effects.append(.attemptEnded(outcome, ran: max(.zero, now - job.attempts[last].startedAt)))
    }

    private mutating func wait(until: Timestamp, _ reason: WaitReason) {
        touch()
        if job.cursor < job.steps.count { job.steps[job.cursor].status = .waiting }
        job.state = .waiting(until: until, reason: reason)
        effects.append(.due(at: until))
    }

    // MARK: Outcomes

    mutating func failForDeadline() {
        finish(
            .failed,
            failure: JobFailure(
                code: .deadlineExceeded,
                message: "no worker took the job before its deadline \(job.deadlineAt ?? now)"))
    }

    mutating func finish(_ outcome: Outcome, failure: JobFailure? = nil) {
        touch()
        job.state = .finished(outcome, at: now)
        job.failure = outcome == .succeeded ? nil : failure ?? (outcome == .cancelled ? nil : job.failure)
        job.deadlineAt = nil
        for index in job.steps.indices where job.steps[index].status != .succeeded {
            job.steps[index].status = job.steps[index].startedAt == nil ? .skipped : .failed
        }
        effects.append(.finished(outcome))
    }

    /// Brings a finished job back, to go on at its first unfinished step.
    mutating func restart() {
        touch()
        job.failure = nil
        job.progress = nil
        job.deadlineAt = job.spec.deadline.map { now + $0 }
        for index in job.cursor..<job.steps.count { job.steps[index] = StepRecord() }
        job.state = .waiting(until: now, reason: .scheduled)
        effects.append(.due(at: now))
    }
}

extension Job {
    /// Whether the job, which runs, is to run again when its worker is lost.
    package var survivesLoss: Bool {
        guard cursor < steps.count, cursor < spec.steps.count else { return true }
        return steps[cursor].attempts < spec.retryPolicy(of: spec.steps[cursor]).lossLimit
    }
}
