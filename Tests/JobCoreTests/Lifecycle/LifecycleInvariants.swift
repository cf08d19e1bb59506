import JobCore
import Testing

/// What must hold for every job, and for every transition from one to the next.
enum LifecycleInvariants {
    static func check(_ job: Job, sourceLocation: SourceLocation = #_sourceLocation) {
        func expect(_ holds: Bool, _ rule: Comment) {
            #expect(holds, rule, sourceLocation: sourceLocation)
        }
        expect((0...job.spec.steps.count).contains(job.cursor), "the cursor lies among the steps")
        expect(job.steps.count == job.spec.steps.count, "each step has a record")
        expect(job.steps.allSatisfy { $0.attempts >= 0 }, "attempts are counted from zero")
        expect(job.steps[..<job.cursor].allSatisfy { $0.status == .succeeded }, "steps before the cursor succeeded")
        expect(job.steps[job.cursor...].allSatisfy { $0.status != .succeeded }, "steps from the cursor on did not")
        expect(job.attempts.count <= Job.attemptsKept, "attempts are bounded")
        expect(zip(job.attempts, job.attempts.dropFirst()).allSatisfy { $0.number < $1.number }, "attempts are ordered")
        expect(job.attempts.allSatisfy { ($0.outcome == nil) == ($0.finishedAt == nil) }, "an ended attempt has both")
        let isRunning = job.lease != nil
        let open = job.attempts.filter { $0.outcome == nil }
        expect(open.map(\.number) == (isRunning ? [job.generation] : []), "exactly a running job has an open attempt")
        let runningSteps = job.steps.indices.filter { job.steps[$0].status == .running }
        let expectedRunning = isRunning && job.cursor < job.steps.count ? [job.cursor] : []
        expect(runningSteps == expectedRunning, "a running job works on the step at its cursor, and no other does")
        expect(job.lease.map { $0.generation == job.generation } ?? true, "the lease has the job's generation")
        expect(!isRunning || job.deadlineAt == nil, "a started job has no deadline in the queue")
        guard case .finished(let outcome, _) = job.state else { return }
        expect(outcome != .succeeded || job.cursor == job.steps.count, "success means that all steps are done")
        expect(outcome != .succeeded || job.failure == nil, "a job that succeeded has no failure")
        expect(outcome == .cancelled || outcome == .succeeded || job.failure != nil, "a failed job says why")
        expect(job.deadlineAt == nil, "a finished job has no deadline")
        expect(job.steps.allSatisfy { $0.status != .waiting }, "no step of a finished job waits")
    }

    static func check(
        from before: Job, _ change: JobEvent.Change, to transition: Transition, at now: Timestamp,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let after = transition.job
        func expect(_ holds: Bool, _ rule: Comment) {
            #expect(holds, rule, sourceLocation: sourceLocation)
        }
        check(after, sourceLocation: sourceLocation)
        expect(after.id == before.id, "the identity never changes")
        if case .edit = change {} else { expect(after.spec == before.spec, "only people change a specification") }
        expect(after.createdAt == before.createdAt, "the time of submission never changes")
        expect(before.startedAt == nil || after.startedAt == before.startedAt, "the first start is set once")
        expect(after.cursor >= before.cursor, "the cursor never goes back")
        let isClaimed = transition.effects.contains { if case .started = $0 { true } else { false } }
        expect(after.generation == before.generation + (isClaimed ? 1 : 0), "exactly a lease makes a generation")
        expect(isClaimed == (after.generation != before.generation), "exactly a lease starts an attempt")
        switch change {
        case .heartbeat(_, _, let progress) where progress == nil || progress == before.progress:
            expect(after.version == before.version, "a bare heartbeat makes no version")
            expect(after.attempts == before.attempts && after.steps == before.steps, "a heartbeat moves only the lease")
        default:
            expect(after.version == before.version + (after == before ? 0 : 1), "exactly a change makes a version")
        }
        expect(transition.effects.isEmpty || after != before, "no effect without a change")
        for effect in transition.effects {
            switch effect {
            case .finished(let outcome): expect(after.state == .finished(outcome, at: now), "finished means finished")
            case .due(let due): expect(isWaiting(after, until: due), "due means waiting until then")
            case .started(let wait): expect(wait >= .zero, "waits are not negative")
            case .attemptEnded(let outcome, let ran):
                expect(ran >= .zero && after.attempts.contains { $0.outcome == outcome }, "an ended attempt is kept")
            case .stepSucceeded(let step): expect(step == after.cursor - 1, "the step before the cursor succeeded")
            case .edited: expect(before.lease == nil && !before.isFinished, "only waiting jobs are changed by people")
            case .cancelRequested, .progressed: expect(after.lease != nil, "only running jobs stop and progress")
            }
        }
        let finishes = transition.effects.contains { if case .finished = $0 { true } else { false } }
        expect(finishes == (after.isFinished && !before.isFinished), "exactly a finish is told as one")
    }

    private static func isWaiting(_ job: Job, until due: Timestamp) -> Bool {
        guard case .waiting(due, _) = job.state else { return false }
        return true
    }
}
