import JobCore
import JobSQLite
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AdvancingTests {
    @Test func `advance runs each job at its own time`() async throws {
        let bench = TestBench()
        let start = bench.time.now
        let times = EventLog<Duration>()
        let clock = bench.time.source
        bench.register(mail) { _, _ in
            times.record(clock.now - start)
            return NoOutput()
        }
        for minute in [3, 1, 2, 9] {
            try await bench.enqueue(mail, Order(id: minute)) { $0.notBefore = start + .seconds(60 * minute) }
        }

        try await bench.advance(by: .seconds(59))
        #expect(times.events == [])
        try await bench.advance(by: .seconds(241))

        #expect(times.events == [.seconds(60), .seconds(120), .seconds(180)])
        #expect(bench.time.now - start == .seconds(300))
    }

    @Test func `a step that is not done at the end of advance goes on with the next`() async throws {
        let bench = TestBench()
        bench.fakes.on(.step("long"), .delay(.seconds(100)), .succeed())
        let id = try await bench.enqueue(job(steps: "long")).id

        try await bench.advance(by: .seconds(60))
        #expect(try await bench.status(of: id) == .running)
        let other = try await bench.enqueue(job(steps: "never")).id
        try await bench.advance(by: .seconds(39))
        #expect(try await bench.status(of: id) == .running)
        #expect(try await bench.status(of: other) == .queued, "there is one slot")
        bench.fakes.on(.step("never"), .succeed())
        try await bench.advance(by: .seconds(1))
        #expect(try await bench.status(of: id) == .succeeded)
        #expect(try await bench.status(of: other) == .succeeded)
    }

    @Test func `a month passes at once`() async throws {
        let bench = TestBench()
        bench.register(mail) { _, _ in throw Declined() }
        let job = try await bench.enqueue(mail, Order(id: 1)) { $0.retry = RetryOptions(limit: 25, backoff: .quartic) }

        try await bench.drain(includingScheduled: true)

        #expect(try await bench.status(of: job.id) == .poisoned)
        #expect(bench.backoffs(of: job.id).count == 24)
        #expect(bench.backoffs(of: job.id).last == .seconds(331_781))
    }

    @Test func `wait drives until the status, and takes one that has passed`() async throws {
        let bench = TestBench()
        bench.fakes.on(.step("a"), .delay(.seconds(5)), .succeed())
        let id = try await bench.enqueue(job(steps: "a")).id

        #expect(try await bench.wait(for: id, toBe: .running).cursor == 0)
        #expect(try await bench.status(of: id) == .running)
        #expect(try await bench.wait(for: id, toBe: .succeeded).cursor == 1)
        #expect(try await bench.wait(for: id, toBe: .queued).generation == 0, "it was, at the beginning")
    }

    @Test func `wait gives up when nothing more can happen, and says what the job was`() async throws {
        let bench = TestBench()
        bench.fakes.on(.step("a"), .succeed())
        let id = try await bench.enqueue(job(steps: "a")).id

        let error = await #expect(throws: TestBenchError.self) { try await bench.wait(for: id, toBe: .failed) }
        #expect(error?.description.contains("did not become failed; it was queued at") == true)
    }

    @Test func `a running job that is cancelled is stopped`() async throws {
        let bench = TestBench()
        bench.fakes.on(.step("a"), .hang)
        let id = try await bench.enqueue(job(steps: "a")).id
        try await bench.wait(for: id, toBe: .running)

        try await bench.cancel(id)
        try await bench.drain()

        bench.expectHistory(of: id, [.queued, .running, .cancelling, .cancelled])
        #expect(bench.fakes.ended.map(\.how) == [.cancelled])
    }

    @Test func `a command that ignores TERM lives for the grace`() async throws {
        let bench = TestBench()
        bench.fakes.on(.step("a"), .ignoreTermination(for: .seconds(1_000), grace: .seconds(10)))
        var spec = job(steps: "a")
        spec.timeout = .seconds(60)
        let id = try await bench.enqueue(spec).id
        let start = bench.time.now

        try await bench.drain()

        #expect(try await bench.job(id).failure?.code == .timeout)
        #expect(bench.time.now - start == .seconds(70))
    }

    @Test func `a worker that is stopped gives its jobs back without using up an attempt`() async throws {
        let bench = TestBench()
        bench.fakes.on(.step("a"), .hang).on(.step("a"), .succeed())
        let id = try await bench.enqueue(job(steps: "a")).id
        try await bench.wait(for: id, toBe: .running)

        try await bench.worker.stop()
        #expect(try await bench.status(of: id) == .queued)
        try await bench.drain()

        let attempts = try await bench.attempts(of: id)
        #expect(attempts.map(\.outcome) == [.released, .succeeded])
        #expect(attempts.map(\.worker) == ["worker-1", "worker-1.2"])
    }

    @Test func `a bench works on any store that takes its time from the clock`() async throws {
        let time = ManualTime()
        let store = try await SQLiteQueue.temporary(time: time.source)
        let bench = TestBench(store: store, time: time)
        bench.register(mail) { _, context in
            await context.log("try \(context.attempt)")
            if context.attempt < 3 { throw Declined() }
            return NoOutput()
        }
        // Behind the bench's back: it finds the job all the same.
        let job = try await store.enqueue(mail, Order(id: 1)) { spec in
            spec.retry.limit = 3
            spec.queue = "letters"
        }

        #expect(try await bench.drain(includingScheduled: true) == DrainSummary(attempts: 3, succeeded: 1, retried: 2))
        #expect(try await bench.log(of: job.id) == "try 1\ntry 2\ntry 3\n")
        #expect(bench.backoffs(of: job.id) == [.seconds(1), .seconds(2)])
        try await store.close()
    }
}
