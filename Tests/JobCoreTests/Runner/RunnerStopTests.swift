import JobCore
import JobTesting
import Testing

/// How runs and runners end before their work is done.
@Suite(.timeLimit(.minutes(1)))
struct RunnerStopTests {
    @Test func `a cancel stops the running step and the job ends cancelled`() async throws {
        let fixture = RunnerFixture()
        let gate = Gate()
        let stopped = EventLog<String>()
        fixture.handle("work") { _, _ in
            do { try await gate.wait() } catch { stopped.record("\(error)") }
            throw CancellationError()
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a"), RunnerFixture.step("b")))
        try await fixture.run { _ in
            try await gate.waitForArrivals()
            try await fixture.queue.apply(.cancel(reason: "no longer wanted"), to: job.id)
            let done = try await fixture.finished(job.id)
            #expect(done.status(at: fixture.time.now) == .cancelled)
            #expect(done.steps.map(\.status) == [.failed, .skipped])
        }
        #expect(stopped.events == ["CancellationError()"])
    }

    @Test func `a run whose lease went to another worker is stopped and writes nothing more`() async throws {
        let fixture = RunnerFixture()
        fixture.configuration = JobRunner.Configuration(worker: "w1", concurrency: 1, lease: .seconds(30))
        let gate = Gate()
        let ended = Gate()
        fixture.handle("work") { _, report in
            do { try await gate.wait() } catch {}
            await report(.output(.stdout, Array("too late\n".utf8)))
            ended.open()
            return StepOutput(json: "too late")
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        // The store fails for the runner only, so its heartbeats do not arrive.
        let faulty = FaultyStore(fixture.queue)
        try await fixture.run(on: faulty) { runner in
            try await gate.waitForArrivals()
            faulty.failsApply = true
            while fixture.time.now < Timestamp(seconds: 1_767_225_600) + .seconds(30) {
                try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .seconds(10))
                fixture.time.advanceToNextSleeper()
            }
            try await ended.wait()
            // Too late to give the job back, which is no longer its own.
            runner.interrupt(WorkerNotice(.interruption), hardStop: fixture.time.now + .seconds(100))
            faulty.failsApply = false
            let claims = try await fixture.queue.claim(ClaimRequest(worker: "w2", lease: .seconds(30)))
            #expect(claims.map(\.job.id) == [job.id])
        }
        let taken = try #require(try await fixture.queue.job(job.id))
        #expect(taken.lease?.worker == "w2")
        #expect(taken.attempts.first?.outcome == .lost)
        let log = try await fixture.queue.log(of: job.id, from: 0, limit: 100)
        #expect(log?.entries == [])
    }

    @Test func `heartbeats keep the lease of a long step alive`() async throws {
        let fixture = RunnerFixture()
        fixture.configuration = JobRunner.Configuration(worker: "w1", concurrency: 1)
        let gate = Gate()
        fixture.handle("work") { _, _ in
            try await gate.wait()
            return .none
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run { _ in
            try await gate.waitForArrivals()
            for _ in 0..<30 {
                // With no slot free, the only sleep this short is the one until the next heartbeat.
                try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .seconds(10))
                let lease = try #require(try await fixture.queue.job(job.id)?.lease)
                #expect(lease.expiresAt == fixture.time.now + .seconds(30))
                fixture.time.advance(by: .seconds(10))
            }
            gate.open()
            #expect(try await fixture.finished(job.id).attempts.count == 1)
        }
    }

    @Test func `draining lets running jobs finish and claims no more`() async throws {
        let fixture = RunnerFixture()
        fixture.configuration = JobRunner.Configuration(worker: "w1", concurrency: 1)
        let gate = Gate()
        fixture.handle("work") { _, _ in
            try await gate.wait()
            return .none
        }
        let first = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        let second = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run { runner in
            try await gate.waitForArrivals()
            runner.drain()
            gate.open()
        }
        #expect(try await fixture.status(first.id) == .succeeded)
        #expect(try await fixture.status(second.id) == .queued)
    }

    @Test func `what still runs after the drain time is given back without using up its attempt`() async throws {
        let fixture = RunnerFixture()
        fixture.configuration = JobRunner.Configuration(worker: "w1", concurrency: 1, drainTimeout: .seconds(5))
        let gate = Gate()
        fixture.handle("work") { _, _ in
            try await gate.wait()
            return .none
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run { runner in
            try await gate.waitForArrivals()
            runner.drain()
            try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .seconds(5))
            fixture.time.advance(by: .seconds(5))
        }
        let back = try #require(try await fixture.queue.job(job.id))
        #expect(back.status(at: fixture.time.now) == .queued)
        #expect(back.steps[0].attempts == 0)
        #expect(back.attempts.map(\.outcome) == [.released])
    }

    @Test func `cancelling the runner's task gives its jobs back at once`() async throws {
        let fixture = RunnerFixture()
        let gate = Gate()
        fixture.handle("work") { _, _ in
            try await gate.wait()
            return .none
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        let runner = JobRunner(
            store: fixture.queue, executors: fixture.executors, configuration: fixture.configuration,
            time: fixture.time.source)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            try await gate.waitForArrivals()
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(try await fixture.status(job.id) == .queued)
    }

    @Test func `a runner told to stop when empty ends by itself after retries and later jobs`() async throws {
        let fixture = RunnerFixture()
        fixture.configuration = JobRunner.Configuration(worker: "w1", stopsWhenEmpty: true)
        fixture.handle("work") { _, _ in .none }
        var later = RunnerFixture.spec(RunnerFixture.step("a"))
        later.notBefore = fixture.time.now + .seconds(3)
        let job = try await fixture.queue.enqueue(later)
        let runner = JobRunner(
            store: fixture.queue, executors: fixture.executors, configuration: fixture.configuration,
            time: fixture.time.source)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .seconds(3))
            fixture.time.advance(by: .seconds(3))
            try await group.waitForAll()
        }
        #expect(try await fixture.status(job.id) == .succeeded)
    }
}
