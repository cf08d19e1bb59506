import JobCore
import JobTesting
import Testing

/// How a runner tells of itself, and takes orders.
@Suite(.timeLimit(.minutes(1))) struct RunnerReportingTests {
    typealias Machine = JobRunner.StateMachine

    private static func machine(drainTimeout: Duration = .seconds(20)) -> Machine {
        let configuration = JobRunner.Configuration(worker: "w", concurrency: 1, drainTimeout: drainTimeout)
        return Machine(configuration, hasSignals: true, prunes: false, reports: true, at: .zero)
    }

    private static func reports(_ actions: [Machine.Action]) -> [Bool] {
        actions.compactMap { if case .report(let isDraining) = $0 { isDraining } else { nil } }
    }

    /// A machine that reported at zero and works on one job.
    private static func working() throws -> (Machine, RunID) {
        var machine = machine()
        #expect(reports(machine.next(at: .zero)) == [false])
        machine.reported(WorkerOrders(), at: .zero)
        let claim = try RunnerStateMachineTests.claim()
        machine.claimed([claim], sentAt: .zero, at: .zero)
        machine.claimAnswered(isFull: true, nextDue: nil, isEmpty: false, at: .zero)
        return (machine, RunnerStateMachineTests.id(claim))
    }

    @Test func `reports at its start and every twenty seconds`() throws {
        var machine = Self.machine()
        #expect(Self.reports(machine.next(at: .zero)) == [false])
        #expect(Self.reports(machine.next(at: .seconds(100))) == [], "one report is under way at a time")
        machine.reported(WorkerOrders(), at: .seconds(100))
        #expect(Self.reports(machine.next(at: .seconds(100))) == [false])
        machine.reported(WorkerOrders(), at: .seconds(101))
        #expect(Self.reports(machine.next(at: .seconds(119))) == [])
        #expect(Self.reports(machine.next(at: .seconds(120))) == [false])
    }

    @Test func `a report that failed is repeated sooner`() throws {
        var machine = Self.machine()
        _ = machine.next(at: .zero)
        machine.reportFailed(at: .zero)
        #expect(Self.reports(machine.next(at: .seconds(4))) == [])
        #expect(Self.reports(machine.next(at: .seconds(5))) == [false])
    }

    @Test func `an order to drain stops claiming, lets runs take their time, tells of it, and then ends`() throws {
        var (machine, run) = try Self.working()
        machine.reported(WorkerOrders(drain: true), at: .seconds(1))
        #expect(Self.reports(machine.next(at: .seconds(1))) == [true])
        machine.reported(WorkerOrders(drain: true), at: .seconds(1))
        machine.beaten([run], sentAt: .seconds(1_000))
        let later = machine.next(at: .seconds(1_001))
        #expect(!later.contains { if case .claim = $0 { true } else { false } })
        #expect(!later.contains { if case .stop = $0 { true } else { false } })
        #expect(Self.reports(later) == [true])
        machine.reported(WorkerOrders(drain: true), at: .seconds(1_001))
        machine.ended(run)
        #expect(machine.next(at: .seconds(1_002)).contains(.finish))
    }

    @Test func `a shutdown bounds the time of an ordered drain`() throws {
        var (machine, run) = try Self.working()
        machine.reported(WorkerOrders(drain: true), at: .seconds(1))
        machine.drain(at: .seconds(5))
        machine.beaten([run], sentAt: .seconds(24))
        #expect(machine.next(at: .seconds(25)).contains(.stop(run, .shutdown)))
    }

    @Test func `a runner is listed with what it serves while it works, and gone when it has ended`() async throws {
        let fixture = RunnerFixture()
        fixture.configuration.version = "1.2"
        let begun = Gate()
        let end = Gate()
        fixture.handle("work") { _, _ in
            begun.open()
            try await end.wait()
            return .none
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run { _ in
            try await begun.wait()
            try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .seconds(20))
            let workers = try await fixture.queue.workers()
            #expect(workers.map(\.report.name) == ["w1"])
            #expect(workers[0].report.queues == ["default"] && workers[0].report.slots == 4)
            #expect(workers[0].report.version == "1.2" && workers[0].report.processID != 0)
            #expect(workers[0].jobs == [job.id] && workers[0].lastSeen == fixture.time.now)
            end.open()
        }
        #expect(try await fixture.queue.workers().isEmpty)
    }

    @Test func `a worker that is ordered to drain finishes what it runs and ends by itself`() async throws {
        let fixture = RunnerFixture()
        fixture.configuration = JobRunner.Configuration(worker: "w1", concurrency: 1)
        let begun = Gate()
        let end = Gate()
        fixture.handle("work") { _, _ in
            begun.open()
            try await end.wait()
            return .none
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        let runner = JobRunner(
            store: fixture.queue, executors: fixture.executors, configuration: fixture.configuration,
            time: fixture.time.source)
        async let ended: Void = runner.run()
        try await begun.wait()
        while try await !fixture.queue.drain(worker: "w1") { await Task.yield() }
        let waiting = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        // The order is told with the next report.
        for _ in 0..<4 {
            try await fixture.time.waitForSleepers()
            fixture.time.advance(by: .seconds(8))
        }
        end.open()
        try await ended
        #expect(try await fixture.status(job.id) == .succeeded)
        #expect(try await fixture.status(waiting.id) == .queued)
        #expect(try await fixture.queue.workers().isEmpty)
    }
}
