import JobCore
import Testing

/// When a runner lets a claim wait in the store, and when it takes that back.
@Suite struct RunnerWaitTests {
    typealias Machine = JobRunner.StateMachine

    private static func request(_ limit: Int) -> ClaimRequest {
        ClaimRequest(
            worker: "w", slots: [ClaimRequest.Slots(queue: "default", limit: limit)], limit: limit,
            lease: .seconds(30), leasesMayDieWithMachine: true)
    }

    /// A machine of two slots that has found nothing to claim.
    private static func idle(nextDue: Duration? = nil, stopsWhenEmpty: Bool = false) -> Machine {
        var machine = Machine(
            RunnerStateMachineTests.configuration(stopsWhenEmpty: stopsWhenEmpty), hasSignals: true, hasWaits: true,
            prunes: false, at: .zero)
        #expect(machine.next(at: .zero) == [.claim(request(2))], "what is there comes first")
        machine.claimAnswered(isFull: false, nextDue: nextDue, isEmpty: false, at: .zero)
        return machine
    }

    @Test func `a runner that found nothing waits with all its free slots`() throws {
        var machine = Self.idle()
        #expect(machine.next(at: .zero) == [.wait(Self.request(2))])
        #expect(machine.next(at: .zero) == [])
        let claim = try RunnerStateMachineTests.claim()
        machine.claimed([claim], sentAt: .zero, at: .zero)
        machine.waitEnded(jobs: 1)
        #expect(machine.next(at: .zero) == [.wait(Self.request(1))])
    }

    @Test func `it does not wait where the store cannot, or while it has no free slot`() throws {
        var plain = RunnerStateMachineTests.machine()
        _ = plain.next(at: .zero)
        plain.claimAnswered(isFull: false, nextDue: nil, isEmpty: false, at: .zero)
        #expect(plain.next(at: .zero) == [])

        var machine = Self.idle()
        _ = machine.next(at: .zero)
        let claims = [try RunnerStateMachineTests.claim(1), try RunnerStateMachineTests.claim(2)]
        machine.claimed(claims, sentAt: .zero, at: .zero)
        machine.waitEnded(jobs: 2)
        #expect(machine.next(at: .zero) == [])
        machine.ended(RunnerStateMachineTests.id(claims[0]))
        #expect(machine.next(at: .zero) == [.wait(Self.request(1))])
    }

    @Test func `a signal ends the wait, and the claim follows when it has ended`() {
        var machine = Self.idle()
        _ = machine.next(at: .zero)
        machine.signalled()
        #expect(machine.next(at: .zero) == [.endWait])
        #expect(machine.next(at: .zero) == [], "two claims at once could fill a slot twice")
        #expect(machine.idleTime(at: .zero) == nil, "nothing is to be done until it has ended")
        machine.waitEnded(jobs: 0)
        #expect(machine.next(at: .zero) == [.claim(Self.request(2))])
    }

    @Test func `jobs that a wait brings at its end are kept, and their slots are not claimed for again`() throws {
        var machine = Self.idle()
        _ = machine.next(at: .zero)
        machine.signalled()
        _ = machine.next(at: .zero)
        machine.claimed([try RunnerStateMachineTests.claim()], sentAt: .zero, at: .zero)
        machine.waitEnded(jobs: 1)
        #expect(machine.next(at: .zero) == [.claim(Self.request(1))])
    }

    @Test func `the time of the next job ends the wait`() {
        var machine = Self.idle(nextDue: .seconds(2))
        _ = machine.next(at: .zero)
        #expect(machine.idleTime(at: .zero) == .seconds(2))
        #expect(machine.next(at: .seconds(2)) == [.endWait])
    }

    @Test func `a wait that ended by itself for nothing is not repeated before something happens`() {
        var machine = Self.idle()
        _ = machine.next(at: .zero)
        machine.waitEnded(jobs: 0)
        #expect(machine.next(at: .zero) == [.claim(Self.request(2))])
        machine.claimAnswered(isFull: false, nextDue: nil, isEmpty: false, at: .zero)
        #expect(machine.next(at: .zero) == [])
        machine.signalled()
        #expect(machine.next(at: .zero) == [.claim(Self.request(2))])
        machine.claimAnswered(isFull: false, nextDue: nil, isEmpty: false, at: .zero)
        #expect(machine.next(at: .zero) == [.wait(Self.request(2))])
    }

    @Test func `a wait that failed is followed by a claim, after a while`() throws {
        var machine = Self.idle()
        _ = machine.next(at: .zero)
        machine.claimFailed(at: .zero, unit: 0)
        #expect(machine.next(at: .zero) == [])
        let pause = try #require(machine.idleTime(at: .zero))
        #expect(pause == .milliseconds(100))
        #expect(machine.next(at: pause) == [.claim(Self.request(2))])
    }

    @Test(arguments: [true, false]) func `a runner ends when its wait has`(isDraining: Bool) {
        var machine = Self.idle()
        _ = machine.next(at: .zero)
        if isDraining { machine.drain(at: .zero) } else { machine.stopNow() }
        #expect(machine.next(at: .zero) == [.endWait])
        #expect(machine.next(at: .zero) == [])
        machine.waitEnded(jobs: 0)
        #expect(machine.next(at: .zero) == [.finish])
    }

    @Test func `a job that a wait brings into a drain still runs`() throws {
        var machine = Self.idle()
        _ = machine.next(at: .zero)
        machine.drain(at: .zero)
        _ = machine.next(at: .zero)
        let claim = try RunnerStateMachineTests.claim()
        machine.claimed([claim], sentAt: .zero, at: .zero)
        machine.waitEnded(jobs: 1)
        #expect(machine.next(at: .zero) == [])
        machine.ended(RunnerStateMachineTests.id(claim))
        #expect(machine.next(at: .zero) == [.finish])
    }
}
