package import JobCore
internal import Synchronization

/// A service store made of a store that is not one yet.
package final class InterimStore: ServiceStore {
    private let base: any JobStore
    private let kept = Mutex<[AccessToken]>([])

    package init(_ base: any JobStore) { self.base = base }

    package func enqueue(_ jobs: [NewJob]) async throws -> [Job] { try await base.enqueue(jobs) }
    package func claim(_ request: ClaimRequest) async throws -> [Claim] { try await base.claim(request) }
    package func apply(_ events: [JobEvent]) async throws -> [Result<Job, TransitionRefused>] {
        try await base.apply(events)
    }
    package func job(_ id: JobID) async throws -> Job? { try await base.job(id) }
    package func append(_ chunks: [LogChunk]) async throws { try await base.append(chunks) }
    package func log(of job: JobID, from offset: Int64, limit: Int) async throws -> LogPage? {
        try await base.log(of: job, from: offset, limit: limit)
    }
    package func page(_ filter: JobFilter, after: JobID?, limit: Int) async throws -> JobPage {
        try await base.page(filter, after: after, limit: limit)
    }
    package func counts() async throws -> QueueCounts { try await base.counts() }
    package func prune(limit: Int) async throws -> Int { try await base.prune(limit: limit) }
    package func signals(for interest: SignalInterest) -> AsyncStream<Void> { base.signals(for: interest) }
    package func nextDue(in queues: [String]) async throws -> Timestamp? { try await base.nextDue(in: queues) }
    package func cancelRequests(for worker: String) async throws -> [JobID] {
        try await base.cancelRequests(for: worker)
    }
    package func delete(_ ids: [JobID]) async throws -> [Result<Void, TransitionRefused>] {
        ids.map { _ in .failure(.unknownJob) }
    }
    package func queueSettings() async throws -> [String: NamedQueueSettings] { [:] }
    package func setQueueSettings(_ settings: NamedQueueSettings, for queue: String) async throws {}
    package func report(_ report: WorkerReport) async throws -> WorkerOrders { WorkerOrders() }
    package func workers() async throws -> [WorkerRecord] { [] }
    package func drain(worker: String) async throws -> Bool { false }
    package func changePosition() async throws -> Int64 { 0 }
    package func changes(after position: Int64, limit: Int) async throws -> ChangePage { ChangePage(next: position) }
    package func insert(_ token: AccessToken) async throws { kept.withLock { $0.append(token) } }
    package func token(hash: [UInt8]) async throws -> AccessToken? {
        kept.withLock { $0.first { $0.hash == hash } }
    }
    package func tokens() async throws -> [AccessToken] { kept.withLock { $0 } }
    package func revoke(_ id: String, at time: Timestamp) async throws -> Bool {
        kept.withLock { kept in
            guard let index = kept.firstIndex(where: { $0.id == id }) else { return false }
            kept[index].revokedAt = kept[index].revokedAt ?? time
            return true
        }
    }
    package func putArtifact(_ artifact: NewArtifact) async throws -> Artifact { throw ArtifactRefused.unknownJob }
    package func artifacts(of job: JobID) async throws -> [Artifact]? { nil }
    package func artifact(of job: JobID, named name: String) async throws -> ArtifactContent? { nil }
}
