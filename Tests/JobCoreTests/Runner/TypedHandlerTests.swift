import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TypedHandlerTests {
    struct Resize: Codable, Sendable {
        var width: Int
        var name: String
    }

    struct Resized: Codable, Equatable, Sendable {
        var file: String
        var attempt: Int
    }

    static let resize = JobHandler<Resize, Resized>("resize")

    @Test func `a typed value goes in and a typed result comes out`() async throws {
        let fixture = RunnerFixture()
        fixture.executors.register(Self.resize) { request, context in
            await context.log("resizing \(request.name)")
            await context.progress(0.5, "half")
            return Resized(file: "\(request.name)-\(request.width).png", attempt: context.attempt)
        }
        try await fixture.run { _ in
            let job = try await fixture.queue.enqueue(Self.resize, Resize(width: 320, name: "cat"))
            let result = try await fixture.queue.result(of: job)
            #expect(result == Resized(file: "cat-320.png", attempt: 1))
            let log = try await fixture.queue.log(of: job.id, from: 0, limit: 100)
            #expect(log?.entries.map(\.text) == ["resizing cat\n"])
        }
    }

    @Test func `options change where and how the job runs`() async throws {
        let fixture = RunnerFixture()
        let typed = try await fixture.queue.enqueue(Self.resize, Resize(width: 1, name: "x")) {
            $0.queue = "images"
            $0.tags = ["team": "web"]
        }
        let job = try #require(try await fixture.queue.job(typed.id))
        #expect(job.spec.queue == "images")
        #expect(job.spec.tags == ["team": "web"])
    }

    @Test func `a permanent failure is not retried and reaches whoever waits`() async throws {
        let fixture = RunnerFixture()
        fixture.executors.register(Self.resize) { _, _ -> Resized in throw StepFailure.permanent("no such image") }
        try await fixture.run { _ in
            let job = try await fixture.queue.enqueue(Self.resize, Resize(width: 1, name: "x")) {
                $0.retry = RetryOptions(limit: 5)
            }
            let error = await #expect(throws: JobUnsuccessful.self) { try await fixture.queue.result(of: job) }
            #expect(error?.job.failure?.message == "no such image")
            #expect(error?.job.phase == .failed)
        }
    }

    @Test func `an input of another shape fails at once and says so`() async throws {
        let fixture = RunnerFixture()
        fixture.executors.register(Self.resize) { _, _ in Resized(file: "", attempt: 0) }
        let step = StepSpec(
            name: "resize", action: .handler(HandlerAction(name: "resize", input: ["width": "wide"])),
            retry: RetryOptions(limit: 5))
        let job = try await fixture.queue.enqueue(JobSpec(name: "resize", steps: [step]))
        try await fixture.run { _ in
            let done = try await fixture.finished(job.id)
            #expect(done.failure?.code == .invalidStep)
            #expect(done.failure?.message.hasPrefix("the input does not fit the handler resize") == true)
            #expect(done.attempts.count == 1)
        }
    }

    @Test func `a handler asks for later by throwing a snooze`() async throws {
        let fixture = RunnerFixture()
        fixture.executors.register(Self.resize) { _, context -> Resized in throw context.snooze(for: .seconds(90)) }
        let typed = try await fixture.queue.enqueue(Self.resize, Resize(width: 1, name: "x"))
        try await fixture.run { _ in
            let job = try await fixture.job(typed.id) { $0.phase == .waiting && $0.generation > 0 }
            #expect(job.state == .waiting(until: fixture.time.now + .seconds(90), reason: .snoozed))
            #expect(job.steps[0].attempts == 0)
        }
    }

    @Test func `waiting for a job that does not exist says so`() async throws {
        let fixture = RunnerFixture()
        #expect(try await fixture.queue.finished(JobID()) == nil)
    }
}
