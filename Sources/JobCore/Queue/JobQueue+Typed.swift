extension JobQueue {
    /// Enqueues one value of typed work as a job of one step.
    ///
    /// - Parameters:
    ///   - handler: the kind of work.
    ///   - input: the value.
    ///   - options: changes the specification before it is stored, such as its queue, priority or retry settings.
    /// - Throws: ``InvalidJob``, ``QueueError`` or `EncodingError`.
    @discardableResult
    public func enqueue<Input, Output>(
        _ handler: JobHandler<Input, Output>, _ input: Input, options: (inout JobSpec) -> Void = { _ in }
    ) async throws -> TypedJob<Output> {
        var spec = JobSpec(name: handler.name, steps: [try handler.step(input)])
        options(&spec)
        return TypedJob(id: try await enqueue(spec).id)
    }
}

extension JobQueue where Self: QueueSignals {
    /// Waits until a job has its outcome.
    ///
    /// - Returns: the finished job; nil when there is no such job, or no longer.
    /// - Throws: ``QueueError``; `CancellationError` when the task is cancelled.
    public func finished(_ id: JobID) async throws -> Job? {
        let signals = signals(for: .job(id))
        guard let job = try await job(id) else { return nil }
        if job.isFinished { return job }
        for await _ in signals {
            guard let job = try await self.job(id) else { return nil }
            if job.isFinished { return job }
        }
        try Task.checkCancellation()
        throw QueueError(.closed, operation: "wait", detail: "the store was closed before the job had finished")
    }

    /// Waits for the typed result of a job.
    ///
    /// - Throws: ``JobUnsuccessful`` when the job did not succeed; ``QueueError``; `DecodingError`;
    ///   `CancellationError`.
    public func result<Output>(of typed: TypedJob<Output>) async throws -> Output {
        guard let job = try await finished(typed.id) else {
            throw QueueError(.failed, operation: "result", detail: "there is no job \(typed.id)")
        }
        guard case .finished(.succeeded, _) = job.state else { throw JobUnsuccessful(job: job) }
        let output = job.steps.last?.output?.json ?? .object(JSONObject())
        return try output.decode(Output.self)
    }
}

/// Thrown by those who wait for a result when the job ended without one.
public struct JobUnsuccessful: Error, Sendable, CustomStringConvertible {
    /// The finished job.
    public let job: Job

    /// What the job's failure says.
    public var description: String {
        let reason = job.failure.map { ": \($0.message)" } ?? ""
        return "job \(job.spec.name) (\(job.id)) ended \(job.phase.rawValue)\(reason)"
    }
}
