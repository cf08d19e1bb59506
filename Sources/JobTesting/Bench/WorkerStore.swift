internal import JobCore
internal import Synchronization

/// The store as one runner of a test bench sees it.
///
/// It hands out no more jobs than its bench allows, from all named queues, and after a crash it swallows every write.
final class WorkerStore: Sendable {
    private struct State {
        var budget: ClaimBudget?
        var claims = 0
        var isDead = false
    }

    private let base: FaultyQueue<RecordingQueue>
    private let activity: Activity
    private let queues: @Sendable () -> [String]
    private let state = Mutex(State())

    init(_ base: FaultyQueue<RecordingQueue>, activity: Activity, queues: @escaping @Sendable () -> [String]) {
        self.base = base
        self.activity = activity
        self.queues = queues
    }

    /// Allows claims within a budget; the runner looks again when it is woken.
    func open(_ budget: ClaimBudget) {
        state.withLock { $0.budget = budget }
    }

    /// Allows no more claims.
    func close() { state.withLock { $0.budget = nil } }

    /// Lets nothing through any more, also when the worker's next process does.
    func die() { state.withLock { $0.isDead = true } }

    private var isDead: Bool { state.withLock { $0.isDead } || base.isCrashed }

    /// How many jobs have been claimed so far.
    var claims: Int { state.withLock { $0.claims } }

    private func call<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        if isDead { throw QueueError(.closed, operation: "any", detail: "the worker has crashed, as its test wanted") }
        return try await activity.during(body)
    }
}

/// How many jobs the workers of one driving call may still claim.
final class ClaimBudget: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(max(0, count)) }

    var isUsedUp: Bool { left.withLock { $0 == 0 } }

    func take(_ count: Int) -> Int {
        left.withLock { left in
            let taken = min(left, count)
            left -= taken
            return taken
        }
    }

    func giveBack(_ count: Int) { left.withLock { $0 += count } }
}

extension WorkerStore: JobStore {
    func claim(_ request: ClaimRequest) async throws -> [Claim] {
        let budget = state.withLock { $0.budget }
        let names = queues()
        guard let budget, !names.isEmpty else { return [] }
        let limit = budget.take(request.limit)
        guard limit > 0 else { return [] }
        var used = 0
        defer { budget.giveBack(limit - used) }
        let claims = try await call {
            try await base.claim(
                ClaimRequest(worker: request.worker, queues: names, limit: limit, lease: request.lease))
        }
        used = claims.count
        state.withLock { $0.claims += used }
        return claims
    }

    func apply(_ events: [JobEvent]) async throws -> [Result<Job, TransitionRefused>] {
        try await apply(events, logging: [])
    }

    func apply(
        _ events: [JobEvent], logging chunks: [LogChunk]
    ) async throws -> [Result<Job, TransitionRefused>] {
        do {
            return try await call { try await base.apply(events, logging: chunks) }
        } catch {
            guard isDead else { throw error }
            // A process that is dead learns nothing; for what is left of it here, its leases are lost.
            return events.map { _ in .failure(.leaseLost) }
        }
    }

    func append(_ chunks: [LogChunk]) async throws { _ = try await apply([], logging: chunks) }

    func enqueue(_ jobs: [NewJob]) async throws -> [Job] { try await call { try await base.enqueue(jobs) } }

    func job(_ id: JobID) async throws -> Job? { try await call { try await base.job(id) } }

    func log(of job: JobID, from offset: Int64, limit: Int) async throws -> LogPage? {
        try await call { try await base.log(of: job, from: offset, limit: limit) }
    }

    func page(_ filter: JobFilter, after: JobID?, limit: Int) async throws -> JobPage {
        try await call { try await base.page(filter, after: after, limit: limit) }
    }

    func counts() async throws -> QueueCounts { try await call { try await base.counts() } }

    func prune(limit: Int) async throws -> Int { try await call { try await base.prune(limit: limit) } }

    /// Every recorded change, and the bench's own wish that the runner look again.
    func signals(for interest: SignalInterest) -> AsyncStream<Void> { base.base.hub.subscribe() }

    func nextDue(in queues: [String]) async throws -> Timestamp? {
        let names = self.queues()
        guard !names.isEmpty, let budget = state.withLock({ $0.budget }), !budget.isUsedUp else { return nil }
        return try await call { try await base.nextDue(in: names) }
    }

    func cancelRequests(for worker: String) async throws -> [JobID] {
        try await call { try await base.cancelRequests(for: worker) }
    }
}
