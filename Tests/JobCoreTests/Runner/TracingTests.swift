import InMemoryTracing
import JobCore
import JobTesting
import Testing
import Tracing

@Suite(.timeLimit(.minutes(1)))
struct TracingTests {
    /// The process has one tracer; spans of other tests that run meanwhile are told apart by their job.
    static let tracer: InMemoryTracer = {
        let tracer = InMemoryTracer()
        InstrumentationSystem.bootstrap(tracer)
        return tracer
    }()

    private func spans(of job: JobID) -> (attempt: FinishedInMemorySpan?, steps: [FinishedInMemorySpan]) {
        let spans = Self.tracer.finishedSpans
        let attempt = spans.first { $0.attributes.get("job.id") == .string(job.description) }
        let steps = spans.filter { $0.traceID == attempt?.traceID && $0.operationName.hasPrefix("step ") }
        return (attempt, steps)
    }

    @Test func `an attempt is a span linked to the enqueuer, with a child for each step`() async throws {
        let tracer = Self.tracer
        let fixture = RunnerFixture()
        let headers = EventLog<[String: String]>()
        fixture.handle("work") { step, _ in
            headers.record(step.traceContext)
            return .none
        }
        let (job, enqueuer) = try await tracer.withSpan("request") { span in
            let job = try await fixture.queue.enqueue(
                RunnerFixture.spec(RunnerFixture.step("a"), RunnerFixture.step("b")))
            return (job, try #require(span.context.inMemorySpanContext))
        }
        try await fixture.run { _ in _ = try await fixture.finished(job.id) }

        let (found, steps) = spans(of: job.id)
        let attempt = try #require(found)
        #expect(attempt.operationName == "job job")
        #expect(attempt.kind == .consumer)
        #expect(attempt.traceID != enqueuer.traceID, "the enqueuer's request has long been answered")
        #expect(attempt.links.map { $0.context.inMemorySpanContext?.spanID } == [enqueuer.spanID])
        #expect(steps.map(\.operationName) == ["step a", "step b"])
        #expect(steps.allSatisfy { $0.parentSpanID == attempt.spanID })
        #expect(
            headers.events.map { $0[InMemoryTracer.spanIDKey] } == steps.map(\.spanID),
            "a step can hand its own span on")
    }

    @Test func `a failed step's span bears its error`() async throws {
        _ = Self.tracer
        let fixture = RunnerFixture()
        fixture.handle("work") { _, _ in throw StepFailure.permanent("broken") }
        let job = try await fixture.queue.enqueue(RunnerFixture.spec(RunnerFixture.step("a")))
        try await fixture.run { _ in _ = try await fixture.finished(job.id) }

        let step = try #require(spans(of: job.id).steps.first)
        #expect(step.status?.code == .error)
        #expect(step.errors.map { "\($0.error)" } == ["error: broken"])
    }
}
