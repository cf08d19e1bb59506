import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SteppingTests {
    @Test func `runOne runs one attempt at the first due job and no other`() async throws {
        let bench = TestBench()
        bench.register(mail) { _, _ in NoOutput() }
        let later = try await bench.enqueue(mail, Order(id: 2)) { $0.priority = 5 }
        let first = try await bench.enqueue(mail, Order(id: 1))

        let done = try await bench.runOne()

        #expect(done?.id == first.id)
        #expect(done?.phase == .succeeded)
        #expect(try await bench.status(of: later.id) == .queued)
        #expect(try await bench.runOne()?.id == later.id)
        #expect(try await bench.runOne() == nil)
    }

    @Test func `runOne does not wait for the retry of what failed`() async throws {
        let bench = TestBench()
        bench.register(mail) { _, _ in throw Declined() }
        try await bench.enqueue(mail, Order(id: 1)) { $0.retry.limit = 2 }

        let job = try #require(try await bench.runOne())

        #expect(job.status(at: bench.time.now) == .retrying)
        #expect(try await bench.runOne() == nil)
        try await bench.advance(by: .milliseconds(999))
        #expect(try await bench.status(of: job.id) == .retrying)
    }

    @Test func `runStep runs exactly one step, and the next call goes on behind it`() async throws {
        let bench = TestBench()
        bench.fakes.on(.step("build"), .stdout("built\n"), .succeed(StepOutput(json: "artifact")))
        let id = try await bench.enqueue(job(steps: "build", "test", "ship")).id

        let afterBuild = try #require(try await bench.runStep())

        #expect(afterBuild.cursor == 1)
        #expect(afterBuild.steps.map(\.status) == [.succeeded, .waiting, .waiting])
        #expect(afterBuild.steps[1].attempts == 0, "the step that was kept back costs no attempt")
        #expect(bench.fakes.invocations.map(\.step.name) == ["build"])

        bench.fakes.on(.step("test"), .fail(StepFailure(.error, "red", isRetryable: false)))
        let afterTest = try #require(try await bench.runStep())
        #expect(afterTest.status(at: bench.time.now) == .failed)
        #expect(bench.fakes.invocations.last?.outputs["build"]?.json == "artifact")
        #expect(try await bench.runStep() == nil)
        #expect(try await bench.log(of: id) == "built\n")
    }

    @Test func `runStep finishes a job with its last step`() async throws {
        let bench = TestBench()
        bench.fakes.always(.kind("work"), .succeed())
        let id = try await bench.enqueue(job(steps: "a", "b")).id

        #expect(try await bench.runStep()?.phase == .waiting)
        #expect(try await bench.runStep()?.phase == .succeeded)
        bench.expectHistory(of: id, [.queued, .running, .queued, .running, .succeeded])
    }
}
