import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DrainTests {
    @Test func `nothing runs before the bench is driven, and drain runs what is due`() async throws {
        let bench = TestBench()
        bench.register(charge) { order, context in Receipt(id: order.id, attempt: context.attempt) }
        let job = try await bench.enqueue(charge, Order(id: 7))
        #expect(try await bench.status(of: job.id) == .queued)

        let summary = try await bench.drain()

        #expect(summary == DrainSummary(attempts: 1, succeeded: 1))
        #expect(try await bench.result(of: job) == Receipt(id: 7, attempt: 1))
    }

    @Test func `drain leaves retries for later unless it is told to wait for them`() async throws {
        let bench = TestBench()
        bench.register(charge) { order, context in
            if context.attempt < 4 { throw Declined() }
            return Receipt(id: order.id, attempt: context.attempt)
        }
        let job = try await bench.enqueue(charge, Order(id: 1)) { $0.retry = RetryOptions(limit: 5, exponent: 2) }

        #expect(try await bench.drain() == DrainSummary(attempts: 1, retried: 1))
        #expect(try await bench.status(of: job.id) == .retrying)
        let start = bench.time.now
        #expect(try await bench.drain(includingScheduled: true) == DrainSummary(attempts: 3, succeeded: 1, retried: 2))

        #expect(bench.backoffs(of: job.id) == [.seconds(1), .seconds(2), .seconds(5)])
        #expect(bench.time.now - start == .seconds(8))
        #expect(try await bench.attempts(of: job.id).map(\.outcome) == [.failed, .failed, .failed, .succeeded])
        bench.expectHistory(
            of: job.id,
            [.queued, .running, .retrying, .running, .retrying, .running, .retrying, .running, .succeeded])
    }

    @Test func `drain also sends the callbacks that a job leaves`() async throws {
        let bench = TestBench()
        bench.fakes.always(.kind("work"), .succeed())
        bench.fakes.always(.kind(BuiltInKind.callback), .succeed())
        var spec = JobSpec(name: "told", steps: [StepSpec(name: "a", action: .handler(HandlerAction(name: "work")))])
        spec.callbacks = [Callback(url: "https://a.example/")]
        let job = try await bench.store.enqueue(spec)

        #expect(try await bench.drain() == DrainSummary(attempts: 2, succeeded: 2))
        #expect(bench.fakes.invocations.map(\.jobName) == ["told", "callback: told"])
        #expect(
            try await bench.store.page(JobFilter(tags: ["callbackFor": job.id.description]), after: nil, limit: 9)
                .jobs.count == 1)
    }

    @Test func `drain also runs what the jobs enqueue, in any named queue`() async throws {
        let bench = TestBench()
        let store = bench.store
        bench.register(charge) { order, context in
            try await store.enqueue(mail, order) { $0.queue = "mail" }
            return Receipt(id: order.id, attempt: context.attempt)
        }
        bench.register(mail) { _, _ in NoOutput() }
        try await bench.enqueue(charge, Order(id: 1))

        #expect(try await bench.drain() == DrainSummary(attempts: 2, succeeded: 2))
        bench.expectEnqueued(mail) { $0.id == 1 }
    }

    @Test func `a job that enqueues itself for ever fails the test instead of hanging it`() async throws {
        let reports = Reports()
        let bench = TestBench(reporter: reports.reporter)
        let store = bench.store
        bench.register(mail) { order, _ in
            try await store.enqueue(mail, Order(id: order.id + 1))
            return NoOutput()
        }
        try await bench.enqueue(mail, Order(id: 1))

        let summary = try await bench.drain(upTo: 10)

        #expect(summary.attempts == 10)
        #expect(reports.messages.first?.hasPrefix("drain stopped after 10 attempts") == true)
    }

    @Test func `time passes where a running step waits for it`() async throws {
        let bench = TestBench()
        bench.fakes.on(.step("slow"), .stdout("a"), .delay(.seconds(3_600)), .stdout("b"), .succeed())
        let start = bench.time.now
        let job = try await bench.enqueue(job(steps: "slow"))

        #expect(try await bench.drain().succeeded == 1)

        #expect(bench.time.now - start == .seconds(3_600))
        #expect(try await bench.log(of: job.id) == "ab")
        #expect(try await bench.attempts(of: job.id).count == 1, "the lease was renewed all the while")
    }

    @Test func `a step that hangs is cut off by its time limit`() async throws {
        let bench = TestBench()
        bench.fakes.on(.step("stuck"), .hang)
        var spec = job(steps: "stuck")
        spec.timeout = .seconds(90)
        let start = bench.time.now
        let id = try await bench.enqueue(spec).id

        try await bench.drain()

        #expect(try await bench.job(id).failure?.code == .timeout)
        #expect(bench.time.now - start == .seconds(90))
    }

    @Test func `drain says so when a step waits for the test itself`() async throws {
        let bench = TestBench()
        let gate = Gate()
        bench.fakes.on(.step("held"), .wait(gate))
        try await bench.enqueue(job("order", steps: "held"))

        let error = await #expect(throws: TestBenchError.self) { try await bench.drain() }
        #expect(error?.description.contains("step \"held\" of job \"order\" waits for the test") == true)

        gate.open()
        #expect(try await bench.drain() == DrainSummary(succeeded: 1))
    }

    @Test func `several jobs run side by side where the options say so`() async throws {
        let bench = TestBench(options: TestBench.Options(concurrency: 3))
        bench.fakes.always(.kind("work"), .delay(.seconds(10)))
        for _ in 0..<3 { try await bench.enqueue(job(steps: "a")) }
        let start = bench.time.now

        #expect(try await bench.drain().succeeded == 3)
        #expect(bench.time.now - start == .seconds(10))
    }

    @Test func `jobs run one at a time by default`() async throws {
        let bench = TestBench()
        bench.fakes.always(.kind("work"), .delay(.seconds(10)))
        for _ in 0..<3 { try await bench.enqueue(job(steps: "a")) }
        let start = bench.time.now

        #expect(try await bench.drain().succeeded == 3)
        #expect(bench.time.now - start == .seconds(30))
    }
}
