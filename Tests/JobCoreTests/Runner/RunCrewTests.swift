import JobCore
import JobTesting
import Testing

/// How claimed jobs get to run: a task may run many of them, one after the other.
@Suite(.timeLimit(.minutes(1)))
struct RunCrewTests {
    /// A runner whose jobs wait at a gate.
    private static func gated(concurrency: Int) -> (RunnerFixture, Gate) {
        let fixture = RunnerFixture()
        fixture.configuration = JobRunner.Configuration(worker: "w1", concurrency: concurrency)
        let gate = Gate()
        fixture.handle("work") { _, _ in
            try await gate.wait()
            return .none
        }
        return (fixture, gate)
    }

    @Test(arguments: [1, 2, 3, 100]) func `jobs that wait for each other all begin`(_ count: Int) async throws {
        let (fixture, gate) = Self.gated(concurrency: count)
        let jobs = try await fixture.queue.enqueue(
            (0..<count).map { _ in NewJob(RunnerFixture.spec(RunnerFixture.step("a"))) })
        try await fixture.run { _ in
            try await gate.waitForArrivals(count)
            gate.open()
            for job in jobs { #expect(try await fixture.finished(job.id).failure == nil) }
        }
    }

    // More of them than an integer can be doubled.
    @Test func `any number of jobs may arrive one by one and stay`() async throws {
        let (fixture, gate) = Self.gated(concurrency: 100)
        try await fixture.run { _ in
            var jobs: [Job] = []
            for count in 1...70 {
                jobs.append(try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a"))))
                try await gate.waitForArrivals(count)
            }
            gate.open()
            for job in jobs { #expect(try await fixture.finished(job.id).failure == nil) }
        }
    }

    @Test func `any number of jobs may be stopped one after the other`() async throws {
        let (fixture, gate) = Self.gated(concurrency: 1)
        try await fixture.run { _ in
            for count in 1...70 {
                let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
                try await gate.waitForArrivals(count)
                try await fixture.queue.apply(.cancel(reason: "no longer wanted"), to: job.id)
                _ = try await fixture.finished(job.id)
            }
        }
    }

    @Test func `a job that is stopped takes none of those with it that come after`() async throws {
        let fixture = RunnerFixture()
        fixture.configuration = JobRunner.Configuration(worker: "w1", concurrency: 1)
        let gate = Gate()
        let cancelled = EventLog<Bool>()
        fixture.handle("stuck") { _, _ in
            try await gate.wait()
            return .none
        }
        fixture.handle("work") { _, _ in
            cancelled.record(Task.isCancelled)
            return .none
        }
        let stuck = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a", kind: "stuck")))
        let others = try await fixture.queue.enqueue(
            (0..<20).map { _ in NewJob(RunnerFixture.spec(RunnerFixture.step("a"))) })
        try await fixture.run { _ in
            try await gate.waitForArrivals()
            try await fixture.queue.apply(.cancel(reason: "no longer wanted"), to: stuck.id)
            for job in others { _ = try await fixture.finished(job.id) }
        }
        #expect(try await fixture.status(stuck.id) == .cancelled)
        #expect(cancelled.events == Array(repeating: false, count: 20))
    }

    @Test func `jobs that were claimed and not begun are given back when the runner is stopped`() async throws {
        let (fixture, gate) = Self.gated(concurrency: 50)
        let jobs = try await fixture.queue.enqueue(
            (0..<50).map { _ in NewJob(RunnerFixture.spec(RunnerFixture.step("a"))) })
        let runner = JobRunner(
            queue: fixture.queue, executors: fixture.executors, configuration: fixture.configuration,
            time: fixture.time.source)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            try await gate.waitForArrivals()
            group.cancelAll()
            try await group.waitForAll()
        }
        for job in jobs {
            #expect(try await fixture.status(job.id) == .queued)
            #expect(try await fixture.queue.job(job.id)?.steps[0].attempts == 0)
        }
    }
}
