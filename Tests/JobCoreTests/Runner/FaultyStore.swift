import JobCore
import JobTesting
import Synchronization

/// A memory queue that fails where a test says so.
final class FaultyStore: JobStore {
    private struct Faults {
        var failsApply = false
        var refusesMarked = false
        var claimError: QueueError?
        var failsNextDue = false
    }

    private let queue: MemoryQueue
    private let faults = Mutex(Faults())
    /// One entry for each call that failed.
    let failures = EventLog<String>()

    init(_ queue: MemoryQueue) {
        self.queue = queue
    }

    var failsApply: Bool {
        get { faults.withLock { $0.failsApply } }
        set { faults.withLock { $0.failsApply = newValue } }
    }

    var claimError: QueueError? {
        get { faults.withLock { $0.claimError } }
        set { faults.withLock { $0.claimError = newValue } }
    }

    var failsNextDue: Bool {
        get { faults.withLock { $0.failsNextDue } }
        set { faults.withLock { $0.failsNextDue = newValue } }
    }

    /// Whether results and output that are ``marked`` are refused, with all that comes in the same call.
    var refusesMarked: Bool {
        get { faults.withLock { $0.refusesMarked } }
        set { faults.withLock { $0.refusesMarked = newValue } }
    }

    static let marked = "marked"

    private func checkMarks(_ events: [JobEvent], _ chunks: [LogChunk]) throws {
        guard refusesMarked else { return }
        let results = events.compactMap { event in
            if case .stepSucceeded(_, _, let output) = event.change { output.json?.stringValue } else { nil }
        }
        guard (results + chunks.map(\.entry.text)).contains(Self.marked) else { return }
        failures.record("mark")
        throw QueueError(.invalidRequest, operation: "apply", detail: "the store keeps no marks")
    }

    private func checkApply() throws {
        guard failsApply else { return }
        failures.record("apply")
        throw QueueError(.unavailable, operation: "apply", detail: "the store is away")
    }

    func enqueue(_ jobs: [NewJob]) async throws -> [Job] { try await queue.enqueue(jobs) }

    func claim(_ request: ClaimRequest) async throws -> [Claim] {
        if let error = claimError { throw error }
        return try await queue.claim(request)
    }

    func apply(_ events: [JobEvent]) async throws -> [Result<Job, TransitionRefused>] {
        try checkApply()
        return try await queue.apply(events)
    }

    func append(_ chunks: [LogChunk]) async throws {
        try checkApply()
        try await queue.append(chunks)
    }

    /// In one step, as real stores do it.
    func apply(
        _ events: [JobEvent], logging chunks: [LogChunk]
    ) async throws -> [Result<Job, TransitionRefused>] {
        try checkApply()
        try checkMarks(events, chunks)
        return try await queue.apply(events, logging: chunks)
    }

    func job(_ id: JobID) async throws -> Job? { try await queue.job(id) }

    func log(of job: JobID, from offset: Int64, limit: Int) async throws -> LogPage? {
        try await queue.log(of: job, from: offset, limit: limit)
    }

    func page(_ filter: JobFilter, after: JobID?, limit: Int) async throws -> JobPage {
        try await queue.page(filter, after: after, limit: limit)
    }

    func counts() async throws -> QueueCounts { try await queue.counts() }

    func prune(limit: Int) async throws -> Int { try await queue.prune(limit: limit) }

    func signals(for interest: SignalInterest) -> AsyncStream<Void> { queue.signals(for: interest) }

    func nextDue(in queues: [String]) async throws -> Timestamp? {
        if failsNextDue { throw QueueError(.unavailable, operation: "nextDue", detail: "the store is away") }
        return try await queue.nextDue(in: queues)
    }

    func cancelRequests(for worker: String) async throws -> [JobID] { try await queue.cancelRequests(for: worker) }
}
