import JobCore
import JobTesting
import Testing

/// How a runner decides to end by itself, and how it ends when its machine is taken away.
@Suite(.timeLimit(.minutes(1))) struct RunnerEndingTests {
    typealias Machine = JobRunner.StateMachine

    private static func machine(_ adjust: (inout JobRunner.Configuration) -> Void) -> Machine {
        var configuration = JobRunner.Configuration(worker: "w", concurrency: 4, pollInterval: .seconds(600))
        adjust(&configuration)
        return Machine(configuration, hasSignals: true, prunes: false, reports: false, at: .zero)
    }

    private static func claims(_ actions: [Machine.Action]) -> [ClaimRequest] {
        actions.compactMap { if case .claim(let request) = $0 { request } else { nil } }
    }

    @Test func `a runner without work ends after its idle time, which work interrupts`() throws {
        var machine = Self.machine { $0.idleTimeout = .seconds(60) }
        _ = machine.next(at: .zero)
        machine.claimAnswered(isFull: false, nextDue: nil, isEmpty: false, at: .zero)
        #expect(machine.next(at: .seconds(59)) == [])
        #expect(machine.idleTime(at: .seconds(59)) == .seconds(1))
        let claim = try RunnerStateMachineTests.claim()
        machine.signalled()
        #expect(Self.claims(machine.next(at: .seconds(59))).count == 1)
        machine.claimed([claim], sentAt: .seconds(59), at: .seconds(59))
        machine.claimAnswered(isFull: false, nextDue: nil, isEmpty: false, at: .seconds(59))
        machine.beaten([RunnerStateMachineTests.id(claim)], sentAt: .seconds(200))
        #expect(!machine.next(at: .seconds(200)).contains(.finish))
        machine.ended(RunnerStateMachineTests.id(claim))
        #expect(machine.next(at: .seconds(200)) == [])
        #expect(machine.next(at: .seconds(259)) == [])
        #expect(machine.next(at: .seconds(260)) == [.finish])
    }

    @Test func `time without an answer of the store is no idle time`() {
        var machine = Self.machine { $0.idleTimeout = .seconds(60) }
        _ = machine.next(at: .zero)
        machine.claimFailed(at: .seconds(10), unit: 0)
        #expect(!machine.next(at: .seconds(100)).contains(.finish))
        machine.claimAnswered(isFull: false, nextDue: nil, isEmpty: false, at: .seconds(100))
        #expect(machine.next(at: .seconds(100)) == [])
        #expect(machine.next(at: .seconds(159)) == [])
        #expect(machine.next(at: .seconds(160)) == [.finish])
    }

    @Test func `a store that does not answer for long ends the runner with an error`() {
        var machine = Self.machine { $0.lostTimeout = .seconds(600) }
        _ = machine.next(at: .zero)
        machine.claimFailed(at: .seconds(5), unit: 0)
        #expect(machine.next(at: .seconds(604)).contains(.giveUp) == false)
        machine.claimAnswered(isFull: false, nextDue: nil, isEmpty: false, at: .seconds(604))
        #expect(machine.next(at: .seconds(1_000)).contains(.giveUp) == false)
        machine.claimFailed(at: .seconds(2_000), unit: 0)
        machine.claimFailed(at: .seconds(2_300), unit: 0)
        #expect(machine.next(at: .seconds(2_600)) == [.giveUp, .finish])
    }

    @Test func `a runner for one job claims no second one, and ends after it`() throws {
        var machine = Self.machine { $0.maxJobs = 1 }
        #expect(Self.claims(machine.next(at: .zero)).map(\.limit) == [1])
        let claim = try RunnerStateMachineTests.claim()
        machine.claimed([claim], sentAt: .zero, at: .zero)
        machine.claimAnswered(isFull: true, nextDue: nil, isEmpty: false, at: .zero)
        #expect(machine.next(at: .zero) == [])
        machine.beaten([RunnerStateMachineTests.id(claim)], sentAt: .seconds(1_000))
        #expect(!machine.next(at: .seconds(1_000)).contains { if case .stop = $0 { true } else { false } })
        machine.ended(RunnerStateMachineTests.id(claim))
        #expect(machine.next(at: .seconds(1_000)) == [.finish])
    }

    @Test func `an interruption is told while the runs stop, and the job goes on elsewhere at its unfinished step`()
        async throws
    {
        let fixture = RunnerFixture()
        let gate = Gate()
        let again = Gate()
        let hardStops = EventLog<Timestamp?>()
        fixture.handle("work") { step, _ in
            if step.index == 0 { return StepOutput(json: "kept") }
            if step.stop.hardStop == nil, again.isOpen { return .none }
            do { try await gate.wait() } catch { hardStops.record(step.stop.hardStop) }
            throw CancellationError()
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a"), RunnerFixture.step("b")))
        let hardStop = fixture.time.now + .seconds(100)
        var notice = WorkerNotice(.interruption, at: fixture.time.now + .seconds(120), message: "a spot\ninterruption")
        let runner = JobRunner(
            store: fixture.queue, executors: fixture.executors, configuration: fixture.configuration,
            time: fixture.time.source)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            try await gate.waitForArrivals()
            runner.notify(WorkerNotice(.rebalance))
            runner.interrupt(notice, hardStop: hardStop)
            runner.notify(nil)
            try await group.waitForAll()
        }
        #expect(hardStops.events == [hardStop])
        let waiting = try #require(try await fixture.queue.job(job.id))
        #expect(waiting.status(at: fixture.time.now) == .queued)
        #expect(waiting.cursor == 1 && waiting.steps[1].attempts == 0)
        #expect(waiting.attempts.map(\.outcome) == [.interrupted])
        #expect(waiting.attempts.map(\.message) == ["a spot interruption"])
        notice.message = "a spot interruption"
        let listed = try await fixture.queue.workers()
        #expect(listed.map(\.report.notice) == [notice] && listed.map(\.isDraining) == [true])
        again.open()
        fixture.configuration.worker = "w2"
        try await fixture.run { _ in
            let done = try await fixture.finished(job.id)
            #expect(done.phase == .succeeded && done.attempts.map(\.worker) == ["w1", "w2"])
            #expect(done.outputs["a"]?.json == "kept")
        }
    }
}
