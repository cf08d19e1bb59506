public import JobCore

extension FaultyQueue: JobAdministration where Base: JobAdministration {
    /// Deletes finished jobs.
    public func delete(_ ids: [JobID]) async throws -> [Result<Void, TransitionRefused>] {
        try await call([.service]) { try await base.delete(ids) }
    }
}

extension FaultyQueue: QueueControl where Base: QueueControl {
    /// The settings of named queues.
    public func queueSettings() async throws -> [String: NamedQueueSettings] {
        try await call([.service]) { try await base.queueSettings() }
    }

    /// Sets the settings of a named queue.
    public func setQueueSettings(_ settings: NamedQueueSettings, for queue: String) async throws {
        try await call([.service], isWrite: true) { try await base.setQueueSettings(settings, for: queue) }
    }
}

extension FaultyQueue: WorkerDirectory where Base: WorkerDirectory {
    /// Tells that a worker lives.
    public func report(_ report: WorkerReport) async throws -> WorkerOrders {
        try await call([.report], isWrite: true) { try await base.report(report) }
    }

    /// The known workers.
    public func workers() async throws -> [WorkerRecord] {
        try await call([.service]) { try await base.workers() }
    }

    /// Orders a worker to end.
    public func drain(worker: String) async throws -> Bool {
        try await call([.service], isWrite: true) { try await base.drain(worker: worker) }
    }
}

extension FaultyQueue: ChangeFeed where Base: ChangeFeed {
    /// The position of the latest change.
    public func changePosition() async throws -> Int64 {
        try await call([.service]) { try await base.changePosition() }
    }

    /// What changed after a position.
    public func changes(after position: Int64, limit: Int) async throws -> ChangePage {
        try await call([.service]) { try await base.changes(after: position, limit: limit) }
    }
}

extension FaultyQueue: TokenStore where Base: TokenStore {
    /// Stores a new token.
    public func insert(_ token: AccessToken) async throws {
        try await call([.service]) { try await base.insert(token) }
    }

    /// The token whose secret has a hash.
    public func token(hash: [UInt8]) async throws -> AccessToken? {
        try await call([.service]) { try await base.token(hash: hash) }
    }

    /// All tokens.
    public func tokens() async throws -> [AccessToken] { try await call([.service]) { try await base.tokens() } }

    /// Revokes a token.
    public func revoke(_ id: String, at time: Timestamp) async throws -> Bool {
        try await call([.service], isWrite: true) { try await base.revoke(id, at: time) }
    }
}

extension FaultyQueue: ArtifactStore where Base: ArtifactStore {
    /// Stores an artifact.
    @discardableResult
    public func putArtifact(_ artifact: NewArtifact) async throws -> Artifact {
        try await call([.artifact], isWrite: true) { try await base.putArtifact(artifact) }
    }

    /// The artifacts of a job.
    public func artifacts(of job: JobID) async throws -> [Artifact]? {
        try await call([.service]) { try await base.artifacts(of: job) }
    }

    /// One artifact.
    public func artifact(of job: JobID, named name: String) async throws -> ArtifactContent? {
        try await call([.service]) { try await base.artifact(of: job, named: name) }
    }
}

extension FaultyQueue: RecordStore where Base: RecordStore {
    /// One record.
    public func record(_ key: String, in collection: String) async throws -> StoredRecord? {
        try await call([.service]) { try await base.record(key, in: collection) }
    }

    /// Records of a collection.
    public func records(in collection: String, after: String?, limit: Int) async throws -> [StoredRecord] {
        try await call([.service]) { try await base.records(in: collection, after: after, limit: limit) }
    }

    /// Makes all changes, or none.
    @discardableResult
    public func write(_ changes: [RecordChange]) async throws -> [StoredRecord] {
        try await call([.service], isWrite: true) { try await base.write(changes) }
    }
}
