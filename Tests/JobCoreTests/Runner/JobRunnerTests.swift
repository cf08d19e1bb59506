import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct JobRunnerTests {
    // MARK: Steps

    @Test func `runs the steps in order and hands earlier outputs to later steps`() async throws {
        let fixture = RunnerFixture()
        let seen = EventLog<String>()
        fixture.handle("work") { step, _ in
            seen.record("\(step.step.name) sees \(step.outputs.keys.sorted())")
            return StepOutput(json: .string(step.step.name))
        }
        let job = try await fixture.queue.enqueue(
            RunnerFixture.spec(RunnerFixture.step("a"), RunnerFixture.step("b"), RunnerFixture.step("c")))
        try await fixture.run { _ in
            let done = try await fixture.finished(job.id)
            #expect(done.status(at: fixture.time.now) == .succeeded)
            #expect(done.outputs["b"]?.json == "b")
            #expect(done.attempts.map(\.outcome) == [.succeeded])
        }
        #expect(seen.events == ["a sees []", "b sees [\"a\"]", "c sees [\"a\", \"b\"]"])
    }

    @Test func `starts a job that is enqueued while it idles, without any time passing`() async throws {
        let fixture = RunnerFixture()
        fixture.handle("work") { _, _ in .none }
        try await fixture.run { _ in
            try await fixture.time.waitForSleepers()
            let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
            let done = try await fixture.finished(job.id)
            #expect(done.finishedAt == done.createdAt)
        }
    }

    @Test func `a failed step is tried again after its back-off until its attempts are used up`() async throws {
        let fixture = RunnerFixture()
        let attempts = EventLog<Int>()
        fixture.handle("work") { step, _ in
            attempts.record(step.attempt)
            throw StepFailure(.exitCode, "exit code 3", output: StepOutput(exitCode: 3))
        }
        let job = try await fixture.queue.enqueue(
            RunnerFixture.spec(RunnerFixture.step("a", retry: RetryOptions(limit: 3, exponent: 2))))
        try await fixture.run { _ in
            for (attempt, delay) in [(1, 1), (2, 2)] {
                try await attempts.wait(for: attempt)
                let waiting = try await fixture.job(job.id) { $0.phase == .waiting }
                #expect(waiting.status(at: fixture.time.now) == .retrying)
                #expect(waiting.state == .waiting(until: fixture.time.now + .seconds(delay), reason: .retry))
                try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .seconds(delay))
                fixture.time.advance(by: .seconds(delay))
            }
            let done = try await fixture.finished(job.id)
            #expect(done.status(at: fixture.time.now) == .poisoned)
            #expect(done.failure == JobFailure(code: .exitCode, message: "exit code 3", step: "a"))
            #expect(done.steps[0].output?.exitCode == 3)
        }
        #expect(attempts.events == [1, 2, 3])
    }

    @Test func `a step of a kind that nobody registered fails and says what could be run`() async throws {
        let fixture = RunnerFixture()
        fixture.handle("work") { _, _ in .none }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a", kind: "unheard")))
        try await fixture.run { _ in
            let done = try await fixture.finished(job.id)
            #expect(done.status(at: fixture.time.now) == .failed)
            #expect(done.failure?.code == .unknownKind)
            #expect(done.failure?.message == "this worker runs no steps of kind unheard; it runs work")
        }
    }

    @Test func `a snooze waits without using up an attempt`() async throws {
        let fixture = RunnerFixture()
        let attempts = EventLog<Int>()
        fixture.handle("work") { step, _ in
            attempts.record(step.attempt)
            if attempts.events.count == 1 { throw SnoozeRequest(for: .seconds(60)) }
            return .none
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run { _ in
            _ = try await fixture.job(job.id) { $0.phase == .waiting && $0.generation == 1 }
            #expect(try await fixture.status(job.id) == .scheduled)
            // An idle runner polls every few seconds, whatever is due.
            while try await fixture.queue.job(job.id)?.isFinished == false {
                try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .seconds(5))
                fixture.time.advanceToNextSleeper()
            }
            let done = try await fixture.finished(job.id)
            #expect(done.attempts.map(\.outcome) == [.snoozed, .succeeded])
        }
        #expect(attempts.events == [1, 1])
    }

    @Test func `what a step prints is in the log before the job has its outcome`() async throws {
        let fixture = RunnerFixture()
        fixture.handle("work") { _, report in
            await report(.output(.stdout, Array("out\n".utf8)))
            await report(.output(.stderr, Array("err\n".utf8)))
            await report(.output(.stdout, Array("more\n".utf8)))
            return .none
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run { _ in
            _ = try await fixture.finished(job.id)
            let log = try #require(try await fixture.queue.log(of: job.id, from: 0, limit: 1_000))
            #expect(log.entries.map(\.text) == ["out\n", "err\n", "more\n"])
            #expect(log.entries.map(\.stream) == [.stdout, .stderr, .stdout])
            #expect(log.isComplete)
        }
    }

    @Test func `output of a step that goes on can be read after a moment`() async throws {
        let fixture = RunnerFixture()
        let gate = Gate()
        fixture.handle("work") { _, report in
            await report(.output(.stdout, Array("so far\n".utf8)))
            try await gate.wait()
            return .none
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run { _ in
            try await gate.waitForArrivals()
            try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .milliseconds(50))
            let signals = fixture.queue.signals(for: .job(job.id))
            fixture.time.advance(by: .milliseconds(50))
            while try await fixture.queue.log(of: job.id, from: 0, limit: 100)?.entries.isEmpty ?? true {
                for await _ in signals { break }
            }
            gate.open()
            _ = try await fixture.finished(job.id)
        }
    }

    @Test func `progress reaches the store without waiting for the next heartbeat`() async throws {
        let fixture = RunnerFixture()
        let gate = Gate()
        fixture.handle("work") { _, report in
            await report(.progress(JobProgress(fraction: 0.5, message: "half")))
            try await gate.wait()
            return .none
        }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run { _ in
            try await gate.waitForArrivals()
            try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .milliseconds(200))
            fixture.time.advance(by: .milliseconds(200))
            let running = try await fixture.job(job.id) { $0.progress != nil }
            #expect(running.progress == JobProgress(fraction: 0.5, message: "half"))
            gate.open()
            _ = try await fixture.finished(job.id)
        }
    }

    // MARK: Limits

    @Test func `never runs more jobs at a time than it has slots`() async throws {
        let fixture = RunnerFixture()
        fixture.configuration = JobRunner.Configuration(worker: "w1", concurrency: 3)
        let gate = Gate()
        let running = EventLog<Int>()
        fixture.handle("work") { _, _ in
            running.record(1)
            try await gate.wait()
            running.record(-1)
            return .none
        }
        let jobs = try await fixture.queue.enqueue(
            (0..<10).map { _ in NewJob(RunnerFixture.spec(RunnerFixture.step("a"))) })
        try await fixture.run { _ in
            try await gate.waitForArrivals(3)
            #expect(try await fixture.queue.counts().count(.running) == 3)
            gate.open()
            for job in jobs { _ = try await fixture.finished(job.id) }
        }
        var now = 0
        for change in running.events {
            now += change
            #expect(now <= 3)
        }
    }

    @Test func `a step that runs into its time limit is stopped and may be retried`() async throws {
        let fixture = RunnerFixture()
        let gate = Gate()
        fixture.handle("work") { _, _ in
            try await gate.wait()
            return .none
        }
        var step = RunnerFixture.step("a")
        step.timeout = .seconds(2)
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(step))
        try await fixture.run { _ in
            try await gate.waitForArrivals()
            try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .seconds(2))
            fixture.time.advance(by: .seconds(2))
            let done = try await fixture.finished(job.id)
            #expect(done.failure == JobFailure(code: .timeout, message: "the step ran into its time limit", step: "a"))
        }
    }

    @Test func `a job that runs into its own limit is stopped between short steps`() async throws {
        let fixture = RunnerFixture()
        let gate = Gate()
        fixture.handle("work") { step, _ in
            if step.index == 1 { try await gate.wait() }
            return .none
        }
        var spec = RunnerFixture.spec(RunnerFixture.step("a"), RunnerFixture.step("b"))
        spec.jobTimeout = .seconds(3)
        let job = try await fixture.queue.enqueue(spec)
        try await fixture.run { _ in
            try await gate.waitForArrivals()
            try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .seconds(3))
            fixture.time.advance(by: .seconds(3))
            let done = try await fixture.finished(job.id)
            #expect(done.failure?.code == .timeout)
            #expect(done.cursor == 1)
        }
    }

    // MARK: Stops

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
        try await fixture.run(on: faulty) { _ in
            try await gate.waitForArrivals()
            faulty.failsApply = true
            while fixture.time.now < Timestamp(seconds: 1_767_225_600) + .seconds(30) {
                try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .seconds(10))
                fixture.time.advanceToNextSleeper()
            }
            try await ended.wait()
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

    // MARK: Trouble with the store

    @Test func `an outcome that the store could not take is written when it can again`() async throws {
        let fixture = RunnerFixture()
        let gate = Gate()
        let runs = EventLog<Int>()
        fixture.handle("work") { step, _ in
            runs.record(step.attempt)
            try await gate.wait()
            return StepOutput(json: "kept")
        }
        let faulty = FaultyStore(fixture.queue)
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run(on: faulty) { _ in
            try await gate.waitForArrivals()
            faulty.failsApply = true
            gate.open()
            for failure in 1...3 {
                try await faulty.failures.wait(for: failure)
                if failure == 3 { faulty.failsApply = false }
                // The third wait is the longest so far: 0.4 s at most.
                try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .milliseconds(400))
                fixture.time.advance(by: .milliseconds(400))
            }
            #expect(try await fixture.finished(job.id).outputs["a"]?.json == "kept")
        }
        #expect(runs.events == [1])
    }

    @Test func `a claim counts even when the store cannot say what is due next`() async throws {
        let fixture = RunnerFixture()
        fixture.handle("work") { _, _ in .none }
        let faulty = FaultyStore(fixture.queue)
        faulty.failsNextDue = true
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run(on: faulty) { _ in
            let done = try await fixture.finished(job.id)
            #expect(done.attempts.count == 1)
        }
    }

    @Test func `a step whose output cannot be stored is let go when its lease is lost`() async throws {
        let fixture = RunnerFixture()
        let ended = EventLog<Bool>()
        fixture.handle("work") { _, report in
            // More than a runner holds in memory, so that the step waits for the store.
            for _ in 0..<8 { await report(.output(.stdout, Array(repeating: 46, count: 1 << 20))) }
            ended.record(Task.isCancelled)
            return .none
        }
        let store = FaultyStore(fixture.queue)
        store.failsApply = true
        try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await withThrowingTaskGroup(of: Void.self) { clock in
            clock.addTask {
                while true {
                    try await fixture.time.waitForSleepers()
                    fixture.time.advanceToNextSleeper()
                }
            }
            try await fixture.run(on: store) { _ in
                let wasCancelled = try await ended.first { _ in true }
                #expect(wasCancelled)
                store.failsApply = false
            }
            clock.cancelAll()
        }
    }

    @Test func `a store that is beyond help ends the runner with its error`() async throws {
        let fixture = RunnerFixture()
        let faulty = FaultyStore(fixture.queue)
        faulty.claimError = QueueError(.corrupt, operation: "claim", detail: "the file is damaged")
        let runner = JobRunner(
            store: faulty, executors: fixture.executors, configuration: fixture.configuration, time: fixture.time.source
        )
        let error = await #expect(throws: QueueError.self) { try await runner.run() }
        #expect(error?.code == .corrupt)
    }
}
