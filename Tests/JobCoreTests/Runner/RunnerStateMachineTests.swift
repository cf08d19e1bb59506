import JobCore
import Testing

/// The runner's decisions, driven by hand: no task, clock or store is involved.
@Suite struct RunnerStateMachineTests {
    typealias Machine = JobRunner.StateMachine

    static func configuration(concurrency: Int = 2, stopsWhenEmpty: Bool = false) -> JobRunner.Configuration {
        JobRunner.Configuration(
            worker: "w", queues: ["default"], concurrency: concurrency, lease: .seconds(30),
            drainTimeout: .seconds(20), pollInterval: .seconds(5), stopsWhenEmpty: stopsWhenEmpty)
    }

    static func machine(concurrency: Int = 2, stopsWhenEmpty: Bool = false) -> Machine {
        Machine(
            configuration(concurrency: concurrency, stopsWhenEmpty: stopsWhenEmpty), hasSignals: true, prunes: false,
            at: .zero)
    }

    static func claim(_ number: UInt64 = 1, jobTimeout: Duration? = nil, queue: String = "default") throws -> Claim {
        let spec = JobSpec(
            name: "job", queue: queue, jobTimeout: jobTimeout,
            steps: [StepSpec(name: "a", action: .handler(HandlerAction(name: "a")))])
        let job = Job(submitting: NewJob(spec, id: JobID(high: number, low: 0)), at: .epoch)
        return try #require(Claim(job.applying(.claim(worker: "w", lease: .seconds(30)), at: .epoch).job))
    }

    static func id(_ claim: Claim) -> RunID { RunID(job: claim.job.id, generation: claim.lease.generation) }

    /// A machine whose only slot works on one job, claimed at zero.
    static func working(jobTimeout: Duration? = nil) throws -> (Machine, RunID) {
        var machine = machine(concurrency: 1)
        _ = machine.next(at: .zero)
        let claim = try claim(jobTimeout: jobTimeout)
        machine.claimed([claim], asked: 1, sentAt: .zero, nextDue: nil, isEmpty: false, at: .zero)
        return (machine, id(claim))
    }

    @Test func `a run whose end is on the way to the store takes up no slot`() throws {
        var (machine, first) = try Self.working()
        machine.settling(first)
        let actions = machine.next(at: .zero)
        guard case .claim(let request)? = actions.first else {
            Issue.record("expected a claim, got \(actions)")
            return
        }
        #expect(request.limit == 1)
        let second = try Self.claim(2)
        machine.claimed([second], asked: 1, sentAt: .zero, nextDue: nil, isEmpty: false, at: .zero)
        machine.settling(Self.id(second))
        #expect(machine.next(at: .zero) == [], "while the store takes no results, no more are started")
        machine.ended(first)
        #expect(machine.next(at: .zero).count == 1)
    }

    @Test func `a runner sleeps while its named queues have all their slots in use, though it has more`() throws {
        var configuration = Self.configuration(concurrency: 3)
        configuration.slots = [ClaimRequest.Slots(queue: "default", limit: 1)]
        var machine = Machine(configuration, hasSignals: true, hasWaits: true, prunes: false, at: .zero)
        _ = machine.next(at: .zero)
        let claim = try Self.claim()
        machine.claimed([claim], asked: 1, sentAt: .zero, nextDue: nil, isEmpty: false, at: .zero)
        machine.signalled()
        _ = machine.next(at: .zero)
        _ = machine.cancelsChecked([], at: .zero)
        #expect(machine.next(at: .zero) == [])
        #expect(machine.idleTime(at: .zero) == .seconds(10), "until the next heartbeat, and not without rest")
    }

    @Test func `leases of runs whose end is being stored are renewed`() throws {
        var (machine, run) = try Self.working()
        machine.settling(run)
        _ = machine.next(at: .zero)
        #expect(machine.next(at: .seconds(10)) == [.heartbeat([run])])
    }

    @Test func `a new runner claims as many jobs as it has slots`() throws {
        var machine = Self.machine(concurrency: 3)
        let request = ClaimRequest(
            worker: "w", slots: [ClaimRequest.Slots(queue: "default", limit: 3)], limit: 3, lease: .seconds(30),
            leasesMayDieWithMachine: true)
        #expect(machine.next(at: .zero) == [.claim(request)])
        #expect(machine.next(at: .zero) == [], "one claim is under way at a time")
    }

    @Test func `a claim that came back full is followed by another when a slot is free`() throws {
        var machine = Self.machine(concurrency: 1)
        _ = machine.next(at: .zero)
        let claim = try Self.claim()
        machine.claimed([claim], asked: 1, sentAt: .zero, nextDue: nil, isEmpty: false, at: .zero)
        #expect(machine.next(at: .zero) == [], "no slot is free")
        machine.ended(Self.id(claim))
        let actions = machine.next(at: .zero)
        guard case .claim(let request)? = actions.first, actions.count == 1 else {
            Issue.record("expected a claim, got \(actions)")
            return
        }
        #expect(request.limit == 1)
    }

    @Test func `a claim that came back short is not repeated before a signal, the due time or the poll`() throws {
        var machine = Self.machine()
        _ = machine.next(at: .zero)
        machine.claimed([], asked: 2, sentAt: .zero, nextDue: .seconds(3), isEmpty: false, at: .zero)
        #expect(machine.next(at: .seconds(1)) == [])
        #expect(machine.idleTime(at: .seconds(1)) == .seconds(2))
        #expect(machine.next(at: .seconds(3)).count == 1)

        machine.claimed([], asked: 2, sentAt: .seconds(3), nextDue: nil, isEmpty: false, at: .seconds(3))
        #expect(machine.idleTime(at: .seconds(3)) == .seconds(5), "the poll is the truth behind the signals")
        machine.signalled()
        #expect(machine.next(at: .seconds(3)).count == 1)
    }

    @Test func `a job that should be due but could not be had is not asked for in a hot loop`() {
        var machine = Self.machine()
        _ = machine.next(at: .zero)
        machine.claimed([], asked: 2, sentAt: .zero, nextDue: .zero, isEmpty: false, at: .zero)
        #expect(machine.idleTime(at: .zero) == .milliseconds(10))
    }

    @Test func `a signal during a claim causes one more claim`() {
        var machine = Self.machine()
        _ = machine.next(at: .zero)
        machine.signalled()
        #expect(machine.next(at: .zero) == [])
        machine.claimed([], asked: 2, sentAt: .zero, nextDue: nil, isEmpty: true, at: .zero)
        #expect(machine.next(at: .zero).count == 1)
    }

    @Test func `a queue with its own limit does not use the other queues' slots`() throws {
        var configuration = Self.configuration(concurrency: 4)
        configuration.slots = [.init(queue: "default", limit: 1), .init(queue: "mail", limit: 4)]
        var machine = Machine(configuration, hasSignals: true, prunes: false, at: .zero)
        _ = machine.next(at: .zero)
        machine.claimed([try Self.claim()], asked: 4, sentAt: .zero, nextDue: nil, isEmpty: false, at: .zero)
        machine.signalled()
        let actions = machine.next(at: .zero)
        #expect(
            actions.contains(
                .claim(
                    ClaimRequest(
                        worker: "w", slots: [.init(queue: "mail", limit: 4)], limit: 3, lease: .seconds(30),
                        leasesMayDieWithMachine: true))))
    }

    @Test func `failed claims wait longer each time`() {
        var machine = Self.machine()
        var waits: [Duration] = []
        for _ in 0..<9 {
            _ = machine.next(at: .seconds(0))
            machine.claimFailed(at: .zero, unit: 0)
            waits.append(machine.idleTime(at: .zero) ?? .zero)
            let now = waits[waits.count - 1]
            #expect(machine.next(at: now - .microseconds(1)) == [])
            _ = machine.next(at: now)
            machine.claimFailed(at: .zero, unit: 0)
        }
        #expect(waits == waits.sorted())
        #expect(waits.last == .seconds(10))
    }

    @Test func `all leases are renewed in one batch after a third of the lease`() throws {
        var (machine, id) = try Self.working()
        #expect(machine.next(at: .seconds(9)) == [])
        #expect(machine.next(at: .seconds(10)) == [.heartbeat([id])])
        #expect(machine.next(at: .seconds(11)) == [], "one heartbeat is under way at a time")
        machine.beaten([id], sentAt: .seconds(10))
        #expect(machine.next(at: .seconds(39)) == [.heartbeat([id])], "the lease now counts from the renewal")
    }

    @Test func `a run that is being stopped hears once that its lease is lost`() throws {
        var (machine, id) = try Self.working()
        let stops = machine.stop(jobs: [id.job], .cancelRequested)
        #expect(stops == [.stop(id, .cancelRequested)])
        #expect(!machine.next(at: .seconds(29)).contains(.stop(id, .leaseLost)))
        #expect(machine.next(at: .seconds(30)).contains(.stop(id, .leaseLost)))
        #expect(!machine.next(at: .seconds(31)).contains(.stop(id, .leaseLost)))
    }

    @Test func `a run whose lease could not be renewed in time is stopped`() throws {
        var (machine, id) = try Self.working()
        _ = machine.next(at: .seconds(10))
        machine.beatFailed(at: .seconds(12))
        #expect(machine.next(at: .seconds(13)) == [])
        #expect(machine.next(at: .milliseconds(14_500)) == [.heartbeat([id])], "it is tried again soon")
        machine.beatFailed(at: .seconds(15))
        #expect(machine.next(at: .seconds(30)).contains(.stop(id, .leaseLost)))
    }

    @Test func `a step that runs into its limit is stopped, and one that ended is not`() throws {
        var (machine, id) = try Self.working()
        machine.stepBegan(id, timeout: .seconds(2), at: .seconds(1))
        #expect(machine.idleTime(at: .seconds(1)) == .seconds(2))
        #expect(machine.next(at: .seconds(3)) == [.stop(id, .stepTimeout)])
        let wasOverdue = machine.stepEnded(id)
        #expect(wasOverdue, "the stop may still be on its way")

        var (other, otherID) = try Self.working()
        other.stepBegan(otherID, timeout: .seconds(2), at: .seconds(1))
        let isOverdue = other.stepEnded(otherID)
        #expect(!isOverdue)
        #expect(other.next(at: .seconds(3)) == [])
    }

    @Test func `a job that runs into its own limit is stopped whatever its steps do`() throws {
        var (machine, id) = try Self.working(jobTimeout: .seconds(4))
        machine.stepBegan(id, timeout: .seconds(2), at: .seconds(1))
        _ = machine.stepEnded(id)
        machine.stepBegan(id, timeout: .seconds(2), at: .seconds(3))
        #expect(machine.next(at: .seconds(4)) == [.stop(id, .jobTimeout)])
    }

    @Test func `draining claims nothing, waits for the runs and then stops them`() throws {
        var (machine, id) = try Self.working()
        machine.drain(at: .seconds(1))
        machine.signalled()
        let first = machine.next(at: .seconds(1))
        #expect(first == [.checkCancels], "it still listens for cancels, but claims nothing")
        #expect(machine.next(at: .seconds(20)) == [.heartbeat([id])])
        #expect(machine.next(at: .seconds(21)) == [.stop(id, .shutdown)])
        machine.ended(id)
        #expect(machine.next(at: .seconds(22)) == [.finish])
    }

    @Test func `a claim that arrives during the drain is still accounted for`() throws {
        var machine = Self.machine()
        _ = machine.next(at: .zero)
        machine.stopNow()
        #expect(machine.next(at: .zero) == [], "the claim under way may still bring jobs")
        let claim = try Self.claim()
        machine.claimed([claim], asked: 2, sentAt: .zero, nextDue: nil, isEmpty: false, at: .zero)
        #expect(machine.next(at: .zero) == [.stop(Self.id(claim), .shutdown)])
        machine.ended(Self.id(claim))
        #expect(machine.next(at: .zero) == [.finish])
    }

    @Test func `a runner that stops when empty ends only when nothing waits, runs or was signalled`() throws {
        var machine = Self.machine(stopsWhenEmpty: true)
        _ = machine.next(at: .zero)
        machine.claimed([], asked: 2, sentAt: .zero, nextDue: .seconds(60), isEmpty: false, at: .zero)
        #expect(machine.next(at: .zero) == [], "a job waits for later")
        machine.signalled()
        _ = machine.next(at: .zero)
        machine.claimed([], asked: 2, sentAt: .zero, nextDue: nil, isEmpty: true, at: .zero)
        #expect(machine.next(at: .zero) == [.finish])
    }

    @Test func `a cancel stops the run of that job and no other`() throws {
        var machine = Self.machine()
        _ = machine.next(at: .zero)
        let claims = [try Self.claim(1), try Self.claim(2)]
        machine.claimed(claims, asked: 2, sentAt: .zero, nextDue: nil, isEmpty: false, at: .zero)
        machine.signalled()
        #expect(machine.next(at: .zero) == [.checkCancels])
        let actions = machine.cancelsChecked([claims[1].job.id], at: .zero)
        #expect(actions == [.stop(Self.id(claims[1]), .cancelRequested)])
    }
}

extension JobRunner.StateMachine {
    /// A claim whose answer came at once with all that is to be known.
    mutating func claimed(
        _ claims: [Claim], asked: Int, sentAt: Duration, nextDue: Duration?, isEmpty: Bool, at now: Duration
    ) {
        claimed(claims, sentAt: sentAt, at: now)
        claimAnswered(isFull: claims.count >= asked, nextDue: nextDue, isEmpty: isEmpty, at: now)
    }
}
