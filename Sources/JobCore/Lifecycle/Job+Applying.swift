extension Job {
    /// Makes the job that a submission becomes.
    ///
    /// A job without steps has succeeded at once.
    public init(submitting new: NewJob, at now: Timestamp) {
        let due = max(new.spec.notBefore ?? now, now)
        let isEmpty = new.spec.steps.isEmpty
        self.init(
            id: new.id, spec: new.spec, createdAt: now,
            state: isEmpty ? .finished(.succeeded, at: now) : .waiting(until: due, reason: .scheduled),
            startedAt: isEmpty ? now : nil, generation: 0, version: 1, cursor: 0,
            steps: Array(repeating: StepRecord(), count: new.spec.steps.count), attempts: [], progress: nil,
            failure: nil, deadlineAt: isEmpty ? nil : new.spec.deadline.map { due + $0 })
    }

    /// The lifecycle: what an event does to the job at a time.
    ///
    /// The only place that knows the rules.
    ///
    /// Pure: no I/O, clock or randomness. Every queue calls it inside its transaction and stores what it returns.
    ///
    /// - Throws: `TransitionRefused` when the rules do not allow the event; the job is then unchanged.
    public func applying(_ change: JobEvent.Change, at now: Timestamp) throws(TransitionRefused) -> Transition {
        var editor = JobEditor(self, at: now)
        switch state {
        case .waiting(let until, let reason): try editor.applyWhileWaiting(change, until: until, reason: reason)
        case .running(let lease, let cancelRequested):
            if let key = change.leaseKey, key != LeaseKey(lease) { throw .leaseLost }
            try editor.applyWhileRunning(change, lease: lease, cancelRequested: cancelRequested)
        case .finished(let outcome, _): try editor.applyAfterFinish(change, outcome: outcome)
        }
        return editor.transition
    }
}

extension JobEvent.Change {
    /// The lease that the change is made under; nil for those that need none.
    public var leaseKey: LeaseKey? {
        switch self {
        case .heartbeat(let key, _, _), .stepSucceeded(let key, _, _), .succeeded(let key), .failed(let key, _),
            .snoozed(let key, _), .released(let key, _), .interrupted(let key, _):
            key
        case .claim, .cancel, .retry, .edit: nil
        }
    }
}

extension JobEditor {
    fileprivate mutating func applyWhileWaiting(
        _ change: JobEvent.Change, until: Timestamp, reason: WaitReason
    ) throws(TransitionRefused) {
        switch change {
        case .claim(let worker, let duration):
            if let deadline = job.deadlineAt, deadline <= now { return failForDeadline() }
            guard until <= now else { throw .notDue(until: until) }
            if job.cursor == job.steps.count { return finish(.succeeded) }
            lease(to: worker, for: duration, waitedSince: until)
        case .cancel(let reason):
            finish(.cancelled, failure: reason.map(JobFailure.init(cancelledBecause:)))
        case .heartbeat, .stepSucceeded, .succeeded, .failed, .snoozed, .released, .interrupted: throw .leaseLost
        case .retry: throw .notRetryable(job.status(at: now))
        case .edit(let edit, let version):
            if let version, version != job.version { throw .versionMismatch(current: job.version) }
            try self.edit(edit, until: until, reason)
        }
    }

    fileprivate mutating func applyWhileRunning(
        _ change: JobEvent.Change, lease: Lease, cancelRequested: Bool
    ) throws(TransitionRefused) {
        switch change {
        case .claim(let worker, let duration):
            guard lease.expiresAt <= now else { throw .heldElsewhere(until: lease.expiresAt) }
            takeOver(from: lease, by: worker, for: duration, cancelRequested: cancelRequested)
        case .heartbeat(_, let duration, let progress):
            extend(lease, for: duration, progress: progress, cancelRequested: cancelRequested)
        case .stepSucceeded(_, let step, let output): try finishStep(step, output: output)
        case .succeeded:
            guard job.cursor == job.steps.count else { throw .stepsRemain(next: job.cursor) }
            endAttempt(.succeeded)
            finish(.succeeded)
        case .failed(_, let failure):
            if cancelRequested { cancelAttempt() } else { fail(failure) }
        case .snoozed(_, let duration):
            if cancelRequested { return cancelAttempt() }
            giveBack(.snoozed, until: now + duration, ending: .snoozed)
        case .released(_, let reason):
            if cancelRequested { return cancelAttempt() }
            giveBack(.released, until: now, ending: .released, message: reason)
        case .interrupted(_, let reason):
            if cancelRequested { return cancelAttempt() }
            giveBack(.released, until: now, ending: .interrupted, message: reason)
        case .cancel(let reason):
            requestCancel(reason, of: lease, wasRequested: cancelRequested)
        case .retry: throw .notRetryable(job.status(at: now))
        case .edit: throw .notWaiting(job.status(at: now))
        }
    }

    fileprivate mutating func applyAfterFinish(
        _ change: JobEvent.Change, outcome: Outcome
    ) throws(TransitionRefused) {
        switch change {
        case .retry:
            guard outcome != .succeeded else { throw .notRetryable(.succeeded) }
            restart()
        case .claim, .heartbeat, .stepSucceeded, .succeeded, .failed, .snoozed, .released, .interrupted,
            .cancel:
            throw .alreadyFinished(outcome)
        case .edit: throw .notWaiting(job.status(at: now))
        }
    }
}
