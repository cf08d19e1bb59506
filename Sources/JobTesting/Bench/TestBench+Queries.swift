public import JobCore

/// What a test can ask its bench, for `#expect`.
extension TestBench {
    /// The job as it is now.
    ///
    /// - Throws: ``TestBenchError`` when there is none; `QueueError`.
    public func job(_ id: JobID) async throws -> Job {
        guard let job = try await context.recorder.job(id) else {
            throw TestBenchError(description: "there is no job \(id); was it enqueued on this bench's store?")
        }
        return job
    }

    /// The job's status now.
    ///
    /// - Throws: ``TestBenchError`` when there is none; `QueueError`.
    public func status(of id: JobID) async throws -> JobStatus { try await job(id).status(at: time.now) }

    /// What a job's status was from when on, oldest first.
    ///
    /// A waiting job becomes due by time alone, which is no change: after `scheduled` or `retrying` comes `running`.
    public func history(of id: JobID) -> [StatusChange] { context.recorder.history(of: id) }

    /// The tries at a job, oldest first.
    ///
    /// - Throws: ``TestBenchError`` when there is no such job; `QueueError`.
    public func attempts(of id: JobID) async throws -> [Attempt] { try await job(id).attempts }

    /// How long the job was put off after each failed attempt that was to be repeated.
    public func backoffs(of id: JobID) -> [Duration] {
        context.recorder.changes.compactMap { change in
            guard change.jobID == id, case .event(.failed) = change.kind,
                case .waiting(let until, .retry)? = change.job?.state
            else { return nil }
            return until - change.time
        }
    }

    /// Everything that happened to a job, refused changes included, in order.
    public func changes(of id: JobID) -> [RecordedChange] { context.recorder.changes.filter { $0.jobID == id } }

    /// Everything that happened to any job, in order.
    public var changes: [RecordedChange] { context.recorder.changes }

    /// The typed result of a job that has succeeded.
    ///
    /// - Throws: `JobUnsuccessful` when it ended otherwise; ``TestBenchError`` when it has not ended; `DecodingError`;
    ///   `QueueError`.
    public func result<Output>(of typed: TypedJob<Output>) async throws -> Output {
        let job = try await job(typed.id)
        guard job.isFinished else {
            throw TestBenchError(
                description:
                    "job \(job.spec.name) has no result yet: it is \(job.status(at: time.now).rawValue); drive first")
        }
        return try await context.recorder.result(of: typed)
    }

    /// What the steps of a job printed.
    ///
    /// - Parameters:
    ///   - id: the job.
    ///   - stream: only what went there; nil for all.
    /// - Throws: ``TestBenchError`` when there is no such job; `QueueError`.
    public func log(of id: JobID, _ stream: LogEntry.Stream? = nil) async throws -> String {
        var bytes: [UInt8] = []
        var offset: Int64 = 0
        while true {
            guard let page = try await context.recorder.log(of: id, from: offset, limit: 1 << 20) else {
                throw TestBenchError(description: "there is no job \(id); was it enqueued on this bench's store?")
            }
            for entry in page.entries where stream == nil || stream == entry.stream { bytes += entry.bytes }
            if page.entries.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            offset = page.nextOffset
        }
    }

    /// The jobs that were stored, in order, as they were then.
    public var enqueued: [Job] { context.recorder.enqueued }

    /// Those of the stored jobs that match.
    public func enqueued(_ match: JobMatch) -> [Job] { enqueued.filter { match.mismatch(with: $0) == nil } }
}
