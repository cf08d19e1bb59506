import JobCore
import JobTesting
import Testing

/// Runners whose store fails.
@Suite(.timeLimit(.minutes(1)))
struct RunnerTroubleTests {
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

    @Test func `a result that the store refuses takes no output along`() async throws {
        let fixture = RunnerFixture()
        let (printed, gate) = (Gate(), Gate())
        fixture.handle("other") { _, report in
            await report(.output(.stdout, Array("other\n".utf8)))
            printed.open()
            try await gate.wait()
            return .none
        }
        fixture.handle("work") { _, report in
            try await printed.wait()
            await report(.output(.stdout, Array("own\n".utf8)))
            return StepOutput(json: .string(FaultyStore.marked))
        }
        let store = FaultyStore(fixture.queue)
        store.refusesMarked = true
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        let other = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a", kind: "other")))
        try await fixture.run(on: store) { _ in
            let failure = try #require(try await fixture.finished(job.id).failure)
            #expect(failure.message.hasPrefix("the result could not be stored: "))
            #expect(try await fixture.text(of: job.id) == ["own\n"])
            #expect(try await fixture.text(of: other.id) == ["other\n"])
            gate.open()
            #expect(try await fixture.finished(other.id).status(at: fixture.time.now) == .succeeded)
        }
    }

    @Test func `output that the store refuses is dropped alone and holds nothing up`() async throws {
        let fixture = RunnerFixture()
        let gate = Gate()
        fixture.handle("work") { step, report in
            await report(.output(.stdout, Array(step.jobName.utf8)))
            try await gate.wait()
            return .none
        }
        let store = FaultyStore(fixture.queue)
        store.refusesMarked = true
        let jobs = try await fixture.queue.enqueue(
            [FaultyStore.marked, "plain"].map { NewJob(JobSpec(name: $0, steps: [RunnerFixture.step("a")])) })
        try await fixture.run(on: store) { _ in
            try await gate.waitForArrivals(2)
            try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .milliseconds(50))
            fixture.time.advance(by: .milliseconds(50))
            // Once in the company of the other output, and once alone.
            try await store.failures.wait(for: 2)
            gate.open()
            for job in jobs {
                #expect(try await fixture.finished(job.id).status(at: fixture.time.now) == .succeeded)
            }
            #expect(try await fixture.text(of: jobs[0].id) == [])
            #expect(try await fixture.text(of: jobs[1].id) == ["plain"])
        }
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

    @Test func `progress whose heartbeat failed is told with the next one`() async throws {
        let fixture = RunnerFixture()
        let gate = Gate()
        fixture.handle("work") { _, report in
            await report(.progress(JobProgress(fraction: 0.5, message: "half")))
            try await gate.wait()
            return .none
        }
        let store = FaultyStore(fixture.queue)
        store.failsApply = true
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run(on: store) { _ in
            try await gate.waitForArrivals()
            try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .milliseconds(200))
            fixture.time.advance(by: .milliseconds(200))
            try await store.failures.wait(for: 1)
            store.failsApply = false
            // A heartbeat that failed is repeated after a twelfth of the lease.
            try await fixture.time.waitForSleepers(dueBy: fixture.time.now + .milliseconds(2_500))
            fixture.time.advance(by: .milliseconds(2_500))
            let running = try await fixture.job(job.id) { $0.progress != nil }
            #expect(running.progress == JobProgress(fraction: 0.5, message: "half"))
            gate.open()
            _ = try await fixture.finished(job.id)
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
