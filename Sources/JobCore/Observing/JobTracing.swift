internal import Instrumentation
internal import ServiceContextModule
internal import Tracing

/// The one place where JobKit makes spans: one an attempt at a job, with a child for each step.
///
/// The attempt's span is linked to the enqueuer's, not its child: the enqueuer's request has long been answered.
struct JobTracing {
    /// Whether the program has installed an instrument, as it does before all else.
    ///
    /// Asked once: the answer is behind a lock, and without an instrument a span would still cost its attributes.
    let isRecorded: Bool

    init() {
        isRecorded = !(InstrumentationSystem.instrument is NoOpInstrument)
    }

    /// Runs a body inside the span of an attempt.
    func withAttemptSpan(of claim: Claim, worker: String, _ body: () async -> Void) async {
        var enqueuer = ServiceContext.topLevel
        if !claim.job.spec.traceContext.isEmpty {
            InstrumentationSystem.instrument.extract(
                claim.job.spec.traceContext, into: &enqueuer, using: HeaderExtractor())
        }
        await withSpan("job \(claim.job.spec.name)", context: .topLevel, ofKind: .consumer) { span in
            if !claim.job.spec.traceContext.isEmpty { span.addLink(SpanLink(context: enqueuer, attributes: [:])) }
            span.attributes[JobLogKeys.jobID] = claim.job.id.description
            span.attributes[JobLogKeys.queueName] = claim.job.spec.queue
            span.attributes[JobLogKeys.jobAttempt] = claim.lease.generation
            span.attributes[JobLogKeys.workerID] = worker
            await body()
        }
    }

    /// Runs a body inside the span of a step; gives it the propagation headers of that span.
    func withStepSpan<Value: Sendable>(
        _ step: StepSpec, index: Int, attempt: Int, _ body: ([String: String]) async -> Result<Value, any Error>
    ) async -> Result<Value, any Error> {
        await withSpan("step \(step.name)", ofKind: .internal) { span in
            span.attributes[JobLogKeys.stepIndex] = index
            span.attributes[JobLogKeys.stepKind] = step.action.kind
            let result = await body(Self.currentHeaders())
            if case .failure(let error) = result {
                span.recordError(error)
                span.setStatus(SpanStatus(code: .error))
            }
            return result
        }
    }

    /// The current trace context as propagation headers; empty without a tracer.
    static func currentHeaders() -> [String: String] {
        guard let context = ServiceContext.current else { return [:] }
        var headers: [String: String] = [:]
        InstrumentationSystem.instrument.inject(context, into: &headers, using: HeaderInjector())
        return headers
    }
}

private struct HeaderExtractor: Extractor {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
}

private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
}
