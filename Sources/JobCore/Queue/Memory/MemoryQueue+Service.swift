extension MemoryQueue: JobAdministration {
    /// Deletes finished jobs with their logs, outputs and artifacts.
    public func delete(_ ids: [JobID]) async throws -> [Result<Void, TransitionRefused>] {
        transact { store, now in ids.map { store.delete($0, at: now) } }
    }
}

extension MemoryQueue: QueueControl {
    /// The settings of the named queues that have some besides the standard ones.
    public func queueSettings() async throws -> [String: NamedQueueSettings] {
        transact { store, _ in store.settings }
    }

    /// Sets the settings of a named queue.
    public func setQueueSettings(_ settings: NamedQueueSettings, for queue: String) async throws {
        try settings.validate(for: queue)
        let isKept = transact { store, _ in store.set(settings, for: queue) }
        if !isKept { throw QueueError.tooManySettings }
    }
}

extension MemoryQueue: WorkerDirectory {
    /// Tells that a worker lives and what it serves.
    public func report(_ report: WorkerReport) async throws -> WorkerOrders {
        try report.validate()
        return transact { store, now in store.workers.report(report, at: now) }
    }

    /// The known workers in the order of their names.
    public func workers() async throws -> [WorkerRecord] {
        transact { store, now in store.workerRecords(at: now) }
    }

    /// Orders a worker to claim nothing more, to finish what it runs, and to end.
    public func drain(worker: String) async throws -> Bool {
        transact { store, _ in store.workers.drain(worker) }
    }
}

extension MemoryQueue: ChangeFeed {
    /// The position of the latest change; 0 when there was none.
    public func changePosition() async throws -> Int64 {
        transact { store, _ in store.feed.latest }
    }

    /// What changed after a position, oldest first.
    public func changes(after position: Int64, limit: Int) async throws -> ChangePage {
        transact { store, _ in store.feed.page(after: position, limit: limit) }
    }
}

extension MemoryQueue: ArtifactStore {
    /// Stores an artifact, in place of one of the same name.
    @discardableResult
    public func putArtifact(_ artifact: NewArtifact) async throws -> Artifact {
        // Before the lock, which nobody else should have to wait for.
        let sha256 = artifact.sha256
        return try transact { store, now in
            Result { () throws(ArtifactRefused) in try store.put(artifact, sha256: sha256, at: now) }
        }.get()
    }

    /// The artifacts of a job in the order of their names; nil when there is no such job.
    public func artifacts(of job: JobID) async throws -> [Artifact]? {
        transact { store, _ in store.records[job]?.artifacts.list }
    }

    /// One artifact of a job with its bytes.
    public func artifact(of job: JobID, named name: String) async throws -> ArtifactContent? {
        transact { store, _ in store.records[job]?.artifacts[name] }
    }
}

extension MemoryQueue: TokenStore {
    /// Stores a new token.
    public func insert(_ token: AccessToken) async throws {
        try token.validate()
        try transact { store, now in
            Result { () throws(QueueError) in try store.tokens.insert(token, at: now) }
        }.get()
    }

    /// The token whose secret has a hash.
    public func token(hash: [UInt8]) async throws -> AccessToken? {
        transact { store, _ in store.tokens.token(hash: hash) }
    }

    /// All tokens, oldest first.
    public func tokens() async throws -> [AccessToken] {
        transact { store, _ in store.tokens.all }
    }

    /// Revokes a token; one that was revoked before keeps its time.
    public func revoke(_ id: String, at time: Timestamp) async throws -> Bool {
        transact { store, _ in store.tokens.revoke(id, at: time) }
    }
}

extension MemoryQueue: RecordStore {
    /// One record; nil when there is none.
    public func record(_ key: String, in collection: String) async throws -> StoredRecord? {
        transact { store, _ in store.documents[key, in: collection] }
    }

    /// Records of a collection in the order of their keys.
    public func records(in collection: String, after: String?, limit: Int) async throws -> [StoredRecord] {
        try QueueError.checkRecords(limit: limit)
        return transact { store, _ in store.documents.page(of: collection, after: after, limit: limit) }
    }

    /// Makes all changes, or none.
    @discardableResult
    public func write(_ changes: [RecordChange]) async throws -> [StoredRecord] {
        try changes.validate()
        return try transact { store, now in store.documents.write(changes, at: now) }.get()
    }
}
