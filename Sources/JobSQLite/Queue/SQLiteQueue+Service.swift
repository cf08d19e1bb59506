public import JobCore

extension SQLiteQueue {
    // MARK: JobAdministration

    /// Deletes finished jobs with all that belongs to them; see `JobAdministration.delete(_:)`.
    public func delete(_ ids: [JobID]) async throws -> [Result<Void, TransitionRefused>] {
        if ids.isEmpty { return [] }
        return try await write("delete", weight: ids.count) { try $0.delete(ids) }
    }

    // MARK: QueueControl

    /// The settings of named queues; see `QueueControl.queueSettings()`.
    public func queueSettings() async throws -> [String: NamedQueueSettings] {
        try await read("queueSettings") { try $0.settings() }
    }

    /// Sets the settings of a named queue; see `QueueControl.setQueueSettings(_:for:)`.
    public func setQueueSettings(_ settings: NamedQueueSettings, for queue: String) async throws {
        try settings.validate(for: queue)
        try await write("setQueueSettings", weight: 1) { try $0.set(settings, for: queue) }
    }

    // MARK: WorkerDirectory

    /// Tells that a worker lives; see `WorkerDirectory.report(_:)`.
    public func report(_ report: WorkerReport) async throws -> WorkerOrders {
        try report.validate()
        return try await write("report", weight: 1) { try $0.report(report) }
    }

    /// The known workers in the order of their names; see `WorkerDirectory.workers()`.
    public func workers() async throws -> [WorkerRecord] {
        let now = time.now
        return try await read("workers") { try $0.workers(at: now) }
    }

    /// Orders a worker to end; see `WorkerDirectory.drain(worker:)`.
    public func drain(worker: String) async throws -> Bool {
        try await write("drain", weight: 1) { try $0.drain(worker: worker) }
    }

    // MARK: ChangeFeed

    /// The position of the latest change; see `ChangeFeed.changePosition()`.
    public func changePosition() async throws -> Int64 {
        try await read("changePosition") { try $0.latestChange() }
    }

    /// What changed after a position; see `ChangeFeed.changes(after:limit:)`.
    public func changes(after position: Int64, limit: Int) async throws -> ChangePage {
        let bounded = min(max(1, limit), 10_000)
        return try await read("changes") { try $0.changes(after: max(0, position), limit: bounded) }
    }

    // MARK: TokenStore

    /// Stores a new token; see `TokenStore.insert(_:)`.
    public func insert(_ token: AccessToken) async throws {
        try token.validate()
        try await write("insert", weight: 1) { try $0.insert(token) }
    }

    /// The token whose secret has a hash; see `TokenStore.token(hash:)`.
    public func token(hash: [UInt8]) async throws -> AccessToken? {
        try await read("token") { try $0.token(hash: hash) }
    }

    /// All tokens, oldest first; see `TokenStore.tokens()`.
    public func tokens() async throws -> [AccessToken] {
        try await read("tokens") { try $0.tokens() }
    }

    /// Revokes a token; see `TokenStore.revoke(_:at:)`.
    public func revoke(_ id: String, at time: Timestamp) async throws -> Bool {
        try await write("revoke", weight: 1) { try $0.revoke(id, at: time) }
    }

    // MARK: ArtifactStore

    /// Stores an artifact; see `ArtifactStore.putArtifact(_:)`.
    @discardableResult
    public func putArtifact(_ artifact: NewArtifact) async throws -> Artifact {
        try artifact.validate(options.artifactLimits)
        // Not in the transaction, which all other writers wait for.
        let sha256 = artifact.sha256
        // As heavy as log chunks of the same size.
        return try await write("putArtifact", weight: 1 + artifact.bytes.count / 16_384) {
            try $0.put(artifact, sha256: sha256)
        }.get()
    }

    /// The artifacts of a job; see `ArtifactStore.artifacts(of:)`.
    public func artifacts(of job: JobID) async throws -> [Artifact]? {
        try await read("artifacts") { try $0.artifacts(of: job) }
    }

    /// One artifact with its bytes; see `ArtifactStore.artifact(of:named:)`.
    public func artifact(of job: JobID, named name: String) async throws -> ArtifactContent? {
        try await read("artifact") { try $0.artifact(of: job, named: name) }
    }

    // MARK: RecordStore

    /// One record; see `RecordStore.record(_:in:)`.
    public func record(_ key: String, in collection: String) async throws -> StoredRecord? {
        try await read("record") { try $0.record(key, in: collection) }
    }

    /// Records of a collection in the order of their keys; see `RecordStore.records(in:after:limit:)`.
    public func records(in collection: String, after: String?, limit: Int) async throws -> [StoredRecord] {
        try QueueError.checkRecords(limit: limit)
        // No key is empty.
        return try await read("records") { try $0.records(in: collection, after: after ?? "", limit: limit) }
    }

    /// Makes all changes, or none; see `RecordStore.write(_:)`.
    @discardableResult
    public func write(_ changes: [RecordChange]) async throws -> [StoredRecord] {
        try changes.validate()
        if changes.isEmpty { return [] }
        return try await write("write", weight: changes.count) { try $0.write(changes) }.get()
    }
}
