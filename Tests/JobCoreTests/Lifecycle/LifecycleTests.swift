import JobCore
import JobTesting
import Testing

@Suite struct LifecycleTests {
    typealias Table = LifecycleTable

    @Test(arguments: Table.cells.filter { $0.event != "other lease" })
    func `an event does what the table says`(_ cell: Table.Cell) {
        #expect(outcome(of: Table.changes(cell.event), on: Table.job(cell.situation)) == cell.expected)
    }

    @Test(arguments: Table.cells.filter { $0.event == "other lease" })
    func `another lease is refused for every event that bears one`(_ cell: Table.Cell) {
        let others = [
            LeaseKey(worker: "other", generation: Table.key.generation),
            LeaseKey(worker: Table.key.worker, generation: Table.key.generation - 1),
            LeaseKey(worker: Table.key.worker, generation: Table.key.generation + 1),
        ]
        for event in [
            "heartbeat", "step", "next step", "success", "failure", "final failure", "snooze", "release", "interrupt",
        ] {
            for key in others {
                let changes = Table.changes(event, key: key)
                #expect(outcome(of: changes, on: Table.job(cell.situation)) == cell.expected, "\(event), \(key)")
            }
        }
    }

    @Test func `the table holds every situation and event`() {
        #expect(Table.cells.count == 12 * 19)
        #expect(Set(Table.cells.map(\.situation)).count == 12)
    }

    @Test(arguments: Set(Table.cells.map(\.situation)).sorted())
    func `the jobs of the table are jobs that can be`(_ situation: String) {
        LifecycleInvariants.check(Table.job(situation))
    }

    @Test(arguments: UInt64(1)...40)
    func `a random life keeps all invariants`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var now = Table.now
        var spec = Table.spec
        spec.retry = RetryOptions(limit: Int.random(in: 1...4, using: &random))
        spec.deadline = Bool.random(using: &random) ? .seconds(40) : nil
        spec.steps = (0..<Int.random(in: 1...4, using: &random)).map {
            StepSpec(name: "step\($0)", action: .handler(HandlerAction(name: "test")))
        }
        var job = Job(submitting: NewJob(spec), at: now)
        LifecycleInvariants.check(job)
        var keys = [Table.key]
        var changes = 0
        for _ in 0..<400 {
            now = now + .seconds(Int.random(in: 0...12, using: &random))
            let key = (Int.random(in: 0..<10, using: &random) == 0 ? keys.first : keys.last) ?? Table.key
            let change = Self.randomChange(of: job, key: key, using: &random)
            let result = Result { () throws(TransitionRefused) in try job.applying(change, at: now) }
            guard case .success(let transition) = result else { continue }
            LifecycleInvariants.check(from: job, change, to: transition, at: now)
            job = transition.job
            // Nothing leads on from success, so another life begins.
            if job.phase == .succeeded { job = Job(submitting: NewJob(spec), at: now) }
            changes += 1
            if let lease = job.lease, keys.last != LeaseKey(lease) { keys.append(LeaseKey(lease)) }
        }
        #expect(changes > 50, "the walk went somewhere")
    }

    @Test func `a heartbeat never shortens a lease, also when the clock was set back`() throws {
        let job = Table.job("live")
        let beat = JobEvent.Change.heartbeat(Table.key, lease: .seconds(10))
        let later = try job.applying(beat, at: Table.now + .seconds(100)).job
        let back = try later.applying(beat, at: Table.now).job
        #expect(back.lease?.expiresAt == Table.now + .seconds(110))
    }

    @Test func `a step that nobody asked to retry survives lost workers, then is poisoned`() throws {
        var spec = Table.spec
        (spec.retry, spec.deadline) = (RetryOptions(), nil)
        var job = Job(submitting: NewJob(spec), at: Table.now)
        var now = Table.now
        for _ in 0..<RetryPolicy.lossesAllowedByDefault {
            job = try job.applying(.claim(worker: "w", lease: .seconds(1)), at: now).job
            #expect(job.lease != nil)
            now = now + .seconds(1)
        }
        job = try job.applying(.claim(worker: "w", lease: .seconds(1)), at: now).job
        #expect(job.status(at: now) == .poisoned)
    }

    @Test func `a step that nobody asked to retry fails at its first failure`() throws {
        var spec = Table.spec
        spec.retry = RetryOptions()
        let job = Job(submitting: NewJob(spec), at: Table.now)
        let claimed = try job.applying(.claim(worker: "w", lease: .seconds(1)), at: Table.now).job
        let key = LeaseKey(try #require(claimed.lease))
        let failed = try claimed.applying(.failed(key, StepFailure(.error, "no")), at: Table.now).job
        #expect(failed.status(at: Table.now) == .failed)
    }

    // MARK: Helpers

    /// The word that the table has for what the changes do to a job.
    private func outcome(of changes: [JobEvent.Change], on job: Job) -> String {
        var now = job
        for (index, change) in changes.enumerated() {
            do throws(TransitionRefused) {
                let transition = try now.applying(change, at: Table.now)
                LifecycleInvariants.check(from: now, change, to: transition, at: Table.now)
                if index == changes.count - 1 { return word(from: now, to: transition.job) }
                now = transition.job
            } catch {
                return word(error)
            }
        }
        return "nothing"
    }

    private func word(from before: Job, to after: Job) -> String {
        if after == before { return "same" }
        if after.spec != before.spec { return "edited" }
        switch after.state {
        case .waiting(_, let reason): return reason.rawValue
        case .finished(let outcome, _): return outcome.rawValue
        case .running(let lease, let cancelRequested):
            if lease.generation != before.generation { return lease.worker == "new" ? "running" : "wrong worker" }
            if after.cursor != before.cursor { return "stepped" }
            if cancelRequested != (before.status(at: Table.now) == .cancelling) { return "stopping" }
            return after.version == before.version ? "extended" : "changed"
        }
    }

    private func word(_ refusal: TransitionRefused) -> String {
        switch refusal {
        case .unknownJob: "!unknown"
        case .notDue: "!notDue"
        case .heldElsewhere: "!held"
        case .leaseLost: "!lost"
        case .wrongStep: "!order"
        case .alreadyFinished: "!finished"
        case .stepsRemain: "!remain"
        case .notRetryable: "!retry"
        case .notWaiting: "!waiting"
        case .versionMismatch: "!version"
        case .invalidEdit: "!invalid"
        case .stillAlive: "!alive"
        }
    }

    private static func randomChange(
        of job: Job, key: LeaseKey, using random: inout SeededRandom
    ) -> JobEvent.Change {
        switch Int.random(in: 0..<22, using: &random) {
        case 0..<6: .claim(worker: "w\(Int.random(in: 0..<3, using: &random))", lease: .seconds(10))
        case 6: .heartbeat(key, lease: .seconds(10))
        case 7: .heartbeat(key, lease: .seconds(5), progress: JobProgress(fraction: 0.5))
        case 8..<12: .stepSucceeded(key, step: job.cursor, output: .none)
        case 12: .stepSucceeded(key, step: Int.random(in: -1..<6, using: &random), output: .none)
        case 13: .succeeded(key)
        case 14: .failed(key, StepFailure(.error, "no", isRetryable: Bool.random(using: &random)))
        case 15: .snoozed(key, for: .seconds(3))
        case 16: .released(key, reason: "shutdown")
        case 19: .interrupted(key, reason: "taken away")
        case 17: Int.random(in: 0..<4, using: &random) == 0 ? .cancel() : .heartbeat(key, lease: .seconds(1))
        case 18: .edit(JobEdit(priority: Int.random(in: 0..<3, using: &random), deadline: .seconds(30)))
        default: .retry
        }
    }
}
