/// What a runner uses of a store; the parts that a plain queue does not have are nil.
struct RunnerStore: Sendable {
    let queue: any JobQueue
    var write: Outbox.Write
    var keepsLogs = false
    var signals: (@Sendable (Set<String>) -> AsyncStream<Void>)?
    var claimWhenStored: (@Sendable (ClaimRequest, @escaping @Sendable (Duration) -> Void) async throws -> [Claim])?
    var nextDue: (@Sendable ([String]) async throws -> Timestamp?)?
    var cancelRequests: (@Sendable (String) async throws -> [JobID])?
    var prune: (@Sendable (Int) async throws -> Int)?
    var report: (@Sendable (WorkerReport) async throws -> WorkerOrders)?
    var putArtifact: (@Sendable (NewArtifact) async throws -> Void)?

    /// A plain queue: no logs are kept, and the runner polls.
    init(queue: some JobQueue) {
        self.queue = queue
        write = { events, _ in events.isEmpty ? [] : try await queue.apply(events) }
    }

    /// A full store.
    init(store: some JobStore) {
        queue = store
        keepsLogs = true
        write = { try await store.apply($0, logging: $1) }
        signals = { store.signals(for: .work(queues: $0)) }
        nextDue = { try await store.nextDue(in: $0) }
        cancelRequests = { try await store.cancelRequests(for: $0) }
        prune = { try await store.prune(limit: $0) }
        if let store = store as? any WaitingClaims {
            claimWhenStored = { try await store.claimWhenStored($0, leasing: $1) }
        }
    }

    /// A full store that knows its workers and keeps artifacts.
    init(service store: some JobStore & WorkerDirectory & ArtifactStore) {
        self.init(store: store)
        report = { try await store.report($0) }
        putArtifact = { try await store.putArtifact($0) }
    }
}
