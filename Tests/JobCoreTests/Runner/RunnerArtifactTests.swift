import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct RunnerArtifactTests {
    private static func fixture() -> RunnerFixture {
        let fixture = RunnerFixture()
        fixture.handle("work") { step, report in
            guard let limits = step.artifacts else { throw StepFailure(.error, "no artifacts", isRetryable: false) }
            #expect(limits == ArtifactLimits())
            await report(.artifact(name: "a.txt", contentType: "text/plain", [65]))
            await report(.artifact(name: "../b", contentType: "text/plain", [66]))
            return .none
        }
        return fixture
    }

    @Test func `what a step makes is stored, and what is refused is told in the log`() async throws {
        let fixture = Self.fixture()
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run { _ in _ = try await fixture.finished(job.id) }
        #expect(try await fixture.queue.artifacts(of: job.id)?.map(\.name) == ["a.txt"])
        let log = try #require(try await fixture.queue.log(of: job.id, from: 0, limit: 10_000))
        #expect(log.entries.map(\.text).joined().contains("the artifact ../b was not kept: the name must be"))
    }

    @Test func `a typed handler keeps files as well`() async throws {
        let fixture = RunnerFixture()
        let report = JobHandler<Int, NoOutput>("report")
        fixture.executors.register(report) { number, context in
            await context.artifact("report.txt", contentType: "text/plain", Array("number \(number)".utf8))
            await context.artifact("raw", [1, 2])
            return NoOutput()
        }
        let job = try await fixture.queue.enqueue(report, 7)
        try await fixture.run { _ in _ = try await fixture.finished(job.id) }
        let kept = try #require(try await fixture.queue.artifacts(of: job.id))
        #expect(
            Set(kept.map { "\($0.name) \($0.contentType) \($0.size)" }) == [
                "report.txt text/plain 8", "raw application/octet-stream 2",
            ])
    }

    @Test func `a store that keeps none takes none`() async throws {
        let fixture = Self.fixture()
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        let plain: any JobStore = fixture.queue
        let runner = JobRunner(
            store: plain, executors: fixture.executors, configuration: fixture.configuration, time: fixture.time.source)
        async let ended: Void = runner.run()
        let done = try await fixture.finished(job.id)
        runner.drain()
        try await ended
        #expect(done.failure?.message == "no artifacts")
    }

    @Test func `an artifact is stored although the store was away for a moment`() async throws {
        let fixture = Self.fixture()
        let store = FaultyQueue(fixture.queue, faults: [.fail(.artifact, calls: 1...2)])
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        let runner = JobRunner(
            store: store, executors: fixture.executors, configuration: fixture.configuration, time: fixture.time.source)
        async let ended: Void = runner.run()
        while try await fixture.queue.artifacts(of: job.id) == [] {
            try await fixture.time.waitForSleepers()
            fixture.time.advance(by: .milliseconds(100))
        }
        _ = try await fixture.finished(job.id)
        runner.drain()
        try await ended
        #expect(store.fired.count == 2)
    }
}
