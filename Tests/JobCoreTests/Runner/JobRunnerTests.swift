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

    @Test func `the slots of a configuration follow its concurrency`() {
        var configuration = JobRunner.Configuration(queues: ["default", "mail"])
        configuration.slots[1].limit = 1
        configuration.concurrency = 16
        #expect(configuration.slots.map(\.limit) == [16, 1])
        configuration.concurrency = 0
        #expect(configuration.concurrency == 1)
        #expect(configuration.slots.map(\.limit) == [1, 1])
    }

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

    @Test func `the time limit of a step that succeeds all the same does not fail the next one`() async throws {
        let fixture = RunnerFixture()
        let gate = Gate()
        let runs = EventLog<String>()
        fixture.handle("work") { step, _ in
            runs.record(step.step.name)
            if step.index == 0 { do { try await gate.wait() } catch {} }
            return .none
        }
        var step = RunnerFixture.step("a")
        step.timeout = .seconds(2)
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(step, RunnerFixture.step("b")))
        try await fixture.run { _ in
            try await gate.waitForArrivals()
            try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .seconds(2))
            fixture.time.advance(by: .seconds(2))
            let done = try await fixture.finished(job.id)
            #expect(done.status(at: fixture.time.now) == .succeeded)
            #expect(done.steps.map(\.attempts) == [1, 1])
            #expect(done.attempts.map(\.outcome) == [.released, .succeeded])
        }
        #expect(runs.events == ["a", "b"])
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
}
