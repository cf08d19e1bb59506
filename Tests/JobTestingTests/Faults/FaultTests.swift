import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FaultTests {
    /// A bench whose handler has a side effect that is counted.
    private func bench() -> (TestBench, EventLog<String>) {
        let bench = TestBench()
        let effects = EventLog<String>()
        bench.register(charge) { order, context in
            effects.record(context.idempotencyKey)
            return Receipt(id: order.id, attempt: context.attempt)
        }
        return (bench, effects)
    }

    @Test func `a crash between side effect and acknowledgement repeats the work under the same idempotency key`()
        async throws
    {
        let (bench, effects) = bench()
        bench.worker.store.inject(.crash(.before, .settle))
        let job = try await bench.enqueue(charge, Order(id: 1))

        try await bench.drain()
        #expect(effects.events == ["\(job.id)/0"])
        #expect(try await bench.status(of: job.id) == .running, "its dead worker's lease lasts")

        let start = bench.time.now
        try await bench.drain(includingScheduled: true)
        #expect(effects.events == ["\(job.id)/0", "\(job.id)/0"])
        #expect(bench.time.now - start == .seconds(30))
        let attempts = try await bench.attempts(of: job.id)
        #expect(attempts.map(\.outcome) == [.lost, .succeeded])
        #expect(attempts.map(\.worker) == ["worker-1", "worker-1.2"])
        bench.expectHistory(of: job.id, [.queued, .running, .running, .succeeded])
    }

    @Test func `a crash after the acknowledgement does not repeat the work`() async throws {
        let (bench, effects) = bench()
        bench.worker.store.inject(.crash(.after, .settle))
        let job = try await bench.enqueue(charge, Order(id: 1))

        try await bench.drain(includingScheduled: true)

        #expect(effects.events.count == 1)
        #expect(try await bench.status(of: job.id) == .succeeded)
    }

    @Test func `a worker that has crashed is started again for what else is due`() async throws {
        let (bench, effects) = bench()
        bench.worker.store.inject(.crash(.before, .settle))
        let lost = try await bench.enqueue(charge, Order(id: 1))
        let other = try await bench.enqueue(charge, Order(id: 2))

        #expect(try await bench.drain() == DrainSummary(attempts: 2, succeeded: 1))

        #expect(try await bench.status(of: lost.id) == .running)
        #expect(try await bench.status(of: other.id) == .succeeded)
        #expect(effects.events.count == 2)
    }

    @Test func `a handler can make its own worker crash in the middle of a step`() async throws {
        let bench = TestBench()
        let worker = bench.worker
        bench.register(charge) { order, context in
            if context.attempt == 1 { worker.crash() }
            await context.log("attempt \(context.attempt)")
            return Receipt(id: order.id, attempt: context.attempt)
        }
        let job = try await bench.enqueue(charge, Order(id: 1))

        try await bench.drain(includingScheduled: true)

        #expect(try await bench.result(of: job).attempt == 2)
        #expect(try await bench.log(of: job.id) == "attempt 2\n", "a dead worker prints nothing")
    }

    @Test func `a job that kills every worker ends poisoned`() async throws {
        let bench = TestBench()
        let worker = bench.worker
        bench.fakes.always(.step("a"), .run { worker.crash() })
        let id = try await bench.enqueue(job(steps: "a")).id

        try await bench.drain(includingScheduled: true)

        #expect(try await bench.job(id).failure?.code == .workerLost)
        #expect(bench.history(of: id).last?.status == .poisoned)
        #expect(try await bench.attempts(of: id).count == RetryPolicy.lossesAllowedByDefault)
    }

    @Test func `an outcome whose reply was lost is repeated and counts once`() async throws {
        let (bench, effects) = bench()
        bench.worker.store.inject(.loseReply(to: .settle))
        let job = try await bench.enqueue(charge, Order(id: 1))

        #expect(try await bench.drain().succeeded == 1)

        #expect(effects.events.count == 1)
        let settled = bench.changes(of: job.id).filter { change in
            if case .event(.succeeded) = change.kind { true } else { false }
        }
        #expect(settled.map { $0.job != nil } == [true, false])
    }

    @Test func `an outcome that is delivered twice counts once`() async throws {
        let (bench, _) = bench()
        bench.worker.store.inject(.deliverTwice(.settle))
        let job = try await bench.enqueue(charge, Order(id: 1))

        #expect(try await bench.drain().succeeded == 1)
        #expect(try await bench.attempts(of: job.id).map(\.outcome) == [.succeeded])
        let settled = bench.changes(of: job.id).filter { change in
            if case .event(.succeeded) = change.kind { true } else { false }
        }
        #expect(settled.map { $0.job != nil } == [true, false])
        #expect(bench.worker.store.fired == [.deliverTwice(.settle)])
    }

    @Test func `the worker lives through a store that is away for a while`() async throws {
        let (bench, effects) = bench()
        bench.worker.store.inject(.fail(.claim, calls: 1...3), .fail(.settle, calls: 1...3))
        let job = try await bench.enqueue(charge, Order(id: 1))
        let start = bench.time.now

        try await bench.drain()

        #expect(try await bench.status(of: job.id) == .succeeded)
        #expect(effects.events.count == 1)
        #expect(bench.time.now > start, "it waited in between")
        #expect(bench.worker.store.fired.count == 6)
    }

    @Test func `a worker whose renewals fail for too long stops its work, and another one takes over`() async throws {
        let bench = TestBench()
        bench.fakes.on(.step("a"), .delay(.seconds(100)), .succeed()).on(.step("a"), .succeed())
        bench.worker.store.inject(.fail(.heartbeat, calls: 1...100))
        let id = try await bench.enqueue(job(steps: "a")).id

        try await bench.drain(includingScheduled: true)

        #expect(bench.fakes.ended.map(\.how) == [.cancelled, .succeeded])
        #expect(try await bench.attempts(of: id).map(\.outcome) == [.lost, .succeeded])
    }

    @Test func `a crash during renewal leaves the job to its lease`() async throws {
        let bench = TestBench()
        bench.fakes.on(.step("a"), .delay(.seconds(100)), .succeed()).on(.step("a"), .succeed())
        bench.worker.store.inject(.crash(.after, .heartbeat, call: 2))
        let id = try await bench.enqueue(job(steps: "a")).id
        let start = bench.time.now

        try await bench.drain(includingScheduled: true)

        let times = bench.history(of: id).map { $0.time - start }
        #expect(times == [.zero, .zero, .seconds(50), .seconds(50)], "the second renewal, at 20 s, was the last")
    }

    @Test func `an error that waiting does not mend ends the worker and the driving call`() async throws {
        let (bench, _) = bench()
        bench.worker.store.inject(.fail(.claim, with: .corrupt))
        try await bench.enqueue(charge, Order(id: 1))

        await #expect(throws: QueueError.self) { try await bench.drain() }
        #expect(try await bench.drain().succeeded == 1, "the next worker does better")
    }

    @Test func `the application's own store fails apart from the workers'`() async throws {
        let (bench, _) = bench()
        bench.store.inject(.fail(.enqueue, call: 2))
        try await bench.enqueue(charge, Order(id: 1))

        await #expect(throws: QueueError.self) { try await bench.enqueue(charge, Order(id: 2)) }

        bench.expectEnqueued(charge, count: 1)
        #expect(try await bench.drain().succeeded == 1)
    }

    @Test func `two workers share one store, and the wrong clock of one loses no job`() async throws {
        let bench = TestBench(options: TestBench.Options(concurrency: 1))
        let late = bench.addWorker("late", clockOffset: .seconds(-3_600))
        bench.fakes.always(.kind("work"), .delay(.seconds(10)))
        let start = bench.time.now
        for index in 0..<4 {
            var spec = job(steps: "a")
            spec.notBefore = start + .seconds(index * 2)
            try await bench.enqueue(spec)
        }

        #expect(try await bench.drain(includingScheduled: true) == DrainSummary(attempts: 4, succeeded: 4))
        let workers = bench.changes.compactMap { change -> String? in
            if case .claimed(let worker) = change.kind { worker } else { nil }
        }
        #expect(Set(workers) == ["worker-1", late.name])
        // A late worker does not foresee when jobs become due; it finds them when it polls, every 5 s.
        #expect(bench.time.now - start == .seconds(25))
    }

    @Test func `a claim can be held at a gate`() async throws {
        let queue = FaultyQueue(MemoryQueue())
        let gate = Gate()
        queue.inject(.hold(.claim, at: gate))
        try await queue.enqueue(job(steps: "a"))

        async let claims = queue.claim(ClaimRequest(worker: "w", lease: .seconds(10)))
        try await gate.waitForArrivals()
        gate.open()

        #expect(try await claims.count == 1)
    }
}
