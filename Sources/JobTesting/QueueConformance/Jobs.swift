internal import JobCore
internal import Testing

extension JobSpec {
    /// A job of so many steps of a kind that no executor serves; the checks play the worker themselves.
    static func test(
        _ name: String = "job", steps: Int = 1, _ adjust: (inout JobSpec) -> Void = { _ in }
    ) -> JobSpec {
        var spec = JobSpec(name: name)
        spec.steps = (0..<steps).map {
            StepSpec(
                name: "step\($0)", action: .handler(HandlerAction(name: "test", input: ["step": .integer(Int64($0))])))
        }
        adjust(&spec)
        return spec
    }

    /// The same job with retries: `limit` attempts, waits of one, two, three … seconds.
    func retried(_ limit: Int) -> JobSpec {
        var spec = self
        spec.retry = RetryOptions(limit: limit)
        return spec
    }
}

extension JobQueue {
    /// Claims up to `limit` jobs of named queues for ten seconds.
    func take(
        _ limit: Int = 10, from queues: [String] = [JobSpec.defaultQueue], as worker: String = "worker",
        for lease: Duration = .seconds(10)
    ) async throws -> [Claim] {
        try await claim(ClaimRequest(worker: worker, queues: queues, limit: limit, lease: lease))
    }

    /// Claims the one job that must be there to be claimed.
    func takeOne(
        as worker: String = "worker", for lease: Duration = .seconds(10),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Claim {
        try #require(
            await take(1, as: worker, for: lease).first, "a job should be there to claim",
            sourceLocation: sourceLocation)
    }

    /// The job that must be stored.
    func stored(_ id: JobID, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Job {
        try #require(await job(id), "the job should be stored", sourceLocation: sourceLocation)
    }

    /// Why an event is refused; nil when it is not.
    func refusal(of change: JobEvent.Change, to job: JobID) async throws -> TransitionRefused? {
        guard case .failure(let refusal) = try await apply([JobEvent(change, of: job)])[0] else { return nil }
        return refusal
    }

    /// Reports all steps and the end of a claimed job.
    @discardableResult
    func complete(_ claim: Claim) async throws -> Job {
        var events = (claim.job.cursor..<claim.job.spec.steps.count).map { step in
            JobEvent(.stepSucceeded(claim.key, step: step, output: .none), of: claim.job.id)
        }
        events.append(JobEvent(.succeeded(claim.key), of: claim.job.id))
        var last = claim.job
        for result in try await apply(events) { last = try result.get() }
        return last
    }
}

extension StepFailure {
    /// A failure that may be retried.
    static let flaky = StepFailure(.error, "it did not work")
    /// A failure that no retry mends.
    static let final = StepFailure(.invalidStep, "it cannot work", isRetryable: false)
}

extension Claim {
    /// Every event that bears the claim's lease.
    var leaseBearing: [JobEvent.Change] {
        [
            .heartbeat(key, lease: .seconds(10)), .stepSucceeded(key, step: 0, output: .none), .succeeded(key),
            .failed(key, .flaky), .snoozed(key, for: .seconds(1)), .released(key, reason: "shutdown"),
            .interrupted(key, reason: "taken away"),
        ]
    }
}
