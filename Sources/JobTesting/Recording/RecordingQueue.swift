public import JobCore

/// A store that keeps a record of everything that goes through it.
///
/// It stores nothing itself: a queue that goes in comes out with the same behaviour. What others do to the queue
/// behind its back is not in the record.
public final class RecordingQueue: Sendable {
    private let base: any JobStore
    private let now: @Sendable () -> Timestamp
    private let record = Observed(Record())
    /// Tells workers of a test bench about every change, without the store's own ways of finding out.
    let hub = OrderedSignals()

    private struct Record: Sendable {
        var changes: [RecordedChange] = []
        var enqueued: [Job] = []
        var queues: Set<String> = []
        var known: Set<JobID> = []
        /// Until when jobs have to be claimed or renewed, lest a claim of another job end them.
        var limits: [JobID: (time: Timestamp, version: Int)] = [:]

        mutating func append(_ change: RecordedChange) {
            changes.append(change)
            guard let job = change.job else { return }
            if change.kind == .enqueued { enqueued.append(job) }
            queues.insert(job.spec.queue)
            known.insert(job.id)
            let limit = job.lease?.expiresAt ?? job.deadlineAt
            limits[job.id] = job.isFinished ? nil : limit.map { ($0, job.version) }
        }
    }

    /// Wraps a store.
    ///
    /// - Parameters:
    ///   - base: the store.
    ///   - time: where the times of the record come from; use the store's own.
    public init(_ base: some JobStore, time: TimeSource) {
        self.base = base
        now = { time.now }
    }

    /// Everything that happened so far, refused changes included, in order.
    public var changes: [RecordedChange] { record.read { $0.changes } }

    /// The named queues of the jobs in the record.
    var queues: Set<String> { record.read { $0.queues } }

    /// Suspends until something has happened, also something that happened before the call.
    ///
    /// - Returns: the first such change.
    /// - Throws: `CancellationError` when the task is cancelled first.
    @discardableResult
    public func first(where matches: @escaping @Sendable (RecordedChange) -> Bool) async throws -> RecordedChange {
        try await parked { try await record.first { $0.changes.first(where: matches) } }
    }

    /// The jobs that were stored, in order, as they were then; those that were there already are left out.
    public var enqueued: [Job] { record.read { $0.enqueued } }

    /// What a job's status was from when on, oldest first.
    ///
    /// A waiting job becomes due by time alone, which is no change: after `scheduled` or `retrying` comes `running`.
    public func history(of id: JobID) -> [StatusChange] {
        var history: [StatusChange] = []
        var generation = 0
        for change in changes where change.jobID == id {
            guard let job = change.job else { continue }
            let status = job.status(at: change.time)
            if status == history.last?.status, generation == job.generation { continue }
            generation = job.generation
            history.append(StatusChange(status: status, time: change.time))
        }
        return history
    }

    private func keep(_ changes: [RecordedChange]) {
        record.update { record in for change in changes { record.append(change) } }
        hub.publish()
    }
}

extension RecordingQueue: JobStore {
    /// Stores jobs.
    public func enqueue(_ jobs: [NewJob]) async throws -> [Job] {
        let stored = try await base.enqueue(jobs)
        let time = now()
        let isNew = record.read { record in
            zip(jobs, stored).map { $0.id == $1.id && !record.known.contains($1.id) }
        }
        keep(
            zip(stored, isNew).filter(\.1).map { job, _ in
                RecordedChange(time: time, jobID: job.id, kind: .enqueued, result: .success(job))
            })
        try await keepFollowers(of: stored, at: time)
        return stored
    }

    /// Leases jobs.
    public func claim(_ request: ClaimRequest) async throws -> [Claim] {
        let claims = try await base.claim(request)
        let time = now()
        let taken = claims.map {
            RecordedChange(
                time: time, jobID: $0.job.id, kind: .claimed(worker: request.worker), result: .success($0.job))
        }
        let finished = try await finishedByClaim(except: Set(claims.map(\.job.id)), at: time)
        if !taken.isEmpty || !finished.isEmpty { keep(finished + taken) }
        try await keepFollowers(of: finished.compactMap(\.job), at: time)
        return claims
    }

    /// The jobs that a claim finished instead of returning them.
    private func finishedByClaim(except claimed: Set<JobID>, at time: Timestamp) async throws -> [RecordedChange] {
        var finished: [RecordedChange] = []
        let overdue = record.read { $0.limits.filter { $0.value.time <= time && !claimed.contains($0.key) } }
        for (id, limit) in overdue {
            guard let now = try await base.job(id), now.isFinished, now.version != limit.version else { continue }
            finished.append(RecordedChange(time: time, jobID: id, kind: .finishedByQueue, result: .success(now)))
        }
        return finished
    }

    /// Applies events.
    public func apply(_ events: [JobEvent]) async throws -> [Result<Job, TransitionRefused>] {
        try await apply(events, logging: [])
    }

    /// Appends chunks and applies events.
    public func apply(
        _ events: [JobEvent], logging chunks: [LogChunk]
    ) async throws -> [Result<Job, TransitionRefused>] {
        let results = try await base.apply(events, logging: chunks)
        let time = now()
        keep(
            zip(events, results).map { event, result in
                RecordedChange(time: time, jobID: event.job, kind: .event(event.change), result: result)
            })
        try await keepFollowers(of: results.compactMap { try? $0.get() }, at: time)
        return results
    }

    /// Keeps a record of the callbacks that the store has put into the queue for finished jobs.
    private func keepFollowers(of jobs: [Job], at time: Timestamp) async throws {
        for follower in jobs.flatMap(\.followUps) where record.read({ !$0.known.contains(follower.id) }) {
            guard let stored = try await base.job(follower.id) else { continue }
            keep([RecordedChange(time: time, jobID: stored.id, kind: .enqueued, result: .success(stored))])
        }
    }

    /// Appends chunks to logs.
    public func append(_ chunks: [LogChunk]) async throws { try await base.append(chunks) }

    /// The job as it is now.
    public func job(_ id: JobID) async throws -> Job? { try await base.job(id) }

    /// A part of a job's log.
    public func log(of job: JobID, from offset: Int64, limit: Int) async throws -> LogPage? {
        try await base.log(of: job, from: offset, limit: limit)
    }

    /// Jobs that match a filter.
    public func page(_ filter: JobFilter, after: JobID?, limit: Int) async throws -> JobPage {
        try await base.page(filter, after: after, limit: limit)
    }

    /// Numbers of jobs.
    public func counts() async throws -> QueueCounts { try await base.counts() }

    /// Deletes what is past its retention.
    public func prune(limit: Int) async throws -> Int { try await base.prune(limit: limit) }

    /// The store's own signals.
    public func signals(for interest: SignalInterest) -> AsyncStream<Void> { base.signals(for: interest) }

    /// When the next job becomes due.
    public func nextDue(in queues: [String]) async throws -> Timestamp? { try await base.nextDue(in: queues) }

    /// The running jobs that should stop.
    public func cancelRequests(for worker: String) async throws -> [JobID] {
        try await base.cancelRequests(for: worker)
    }
}
