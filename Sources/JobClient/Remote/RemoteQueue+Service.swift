public import JobCore

extension RemoteQueue: QueueInspection {
    /// Jobs that match a filter, newest first; a page of very large jobs may be shorter than asked for.
    public func page(_ filter: JobFilter, after: JobID?, limit: Int) async throws -> JobPage {
        try await ask(.page, PageRequest(filter: filter, after: after, limit: limit))
    }

    /// How many jobs of each named queue are in each status now.
    public func counts() async throws -> QueueCounts {
        try await ask(.counts, WireNothing())
    }

    /// Deletes finished jobs whose retention has ended.
    public func prune(limit: Int) async throws -> Int {
        let reply: WireCount = try await ask(.prune, WireCount(limit))
        return reply.count
    }
}

extension RemoteQueue: QueueSignals {
    /// A stream that yields after changes of interest; all streams of one queue share one connection.
    ///
    /// It yields also when the connection is made, again, or cannot be made, so that nothing is missed meanwhile.
    public func signals(for interest: SignalInterest) -> AsyncStream<Void> {
        hints.signals(for: interest)
    }

    /// When something in some named queues becomes due, by this machine's clock; nil for never.
    public func nextDue(in queues: [String]) async throws -> Timestamp? {
        let reply: DueReply = try await ask(.nextDue, DueRequest(queues: queues))
        // Clocks differ between machines; how long it is until then does not.
        return reply.due.map { calls.time.now + ($0 - reply.now) }
    }

    /// The running jobs of a worker that somebody has asked to stop.
    public func cancelRequests(for worker: String) async throws -> [JobID] {
        let reply: JobList = try await ask(.cancelRequests, WorkerReference(worker: worker))
        return reply.jobs
    }
}

extension RemoteQueue: JobAdministration {
    /// Deletes finished jobs with their logs, outputs and artifacts.
    public func delete(_ ids: [JobID]) async throws -> [Result<Void, TransitionRefused>] {
        if ids.isEmpty { return [] }
        let reply: DeleteReply = try await ask(.delete, JobList(jobs: ids), name: calls.newName())
        return reply.results
    }
}

extension RemoteQueue: QueueControl {
    /// The settings of the named queues that have some besides the standard ones.
    public func queueSettings() async throws -> [String: NamedQueueSettings] {
        let reply: QueueSettingsReply = try await ask(.queueSettings, WireNothing())
        return reply.queues
    }

    /// Sets the settings of a named queue.
    public func setQueueSettings(_ settings: NamedQueueSettings, for queue: String) async throws {
        try settings.validate(for: queue)
        let _: WireNothing = try await ask(.setQueueSettings, QueueSettingsRequest(queue: queue, settings: settings))
    }
}

extension RemoteQueue: WorkerDirectory {
    /// Tells that a worker lives and what it serves.
    public func report(_ report: WorkerReport) async throws -> WorkerOrders {
        try await ask(.report, report)
    }

    /// The known workers in the order of their names.
    public func workers() async throws -> [WorkerRecord] {
        let reply: WorkersReply = try await ask(.workers, WireNothing())
        return reply.workers
    }

    /// Orders a worker to claim nothing more, to finish what it runs, and to end.
    public func drain(worker: String) async throws -> Bool {
        let reply: WireAnswer = try await ask(.drain, WorkerReference(worker: worker))
        return reply.isKnown
    }
}

extension RemoteQueue: ChangeFeed {
    /// The position of the latest change; 0 when there was none.
    public func changePosition() async throws -> Int64 {
        let reply: WirePosition = try await ask(.changePosition, WireNothing())
        return reply.position
    }

    /// What changed after a position, oldest first.
    public func changes(after position: Int64, limit: Int) async throws -> ChangePage {
        try await ask(.changes, ChangesRequest(position: position, limit: limit))
    }
}

extension RemoteQueue: TokenStore {
    /// Stores a new token.
    public func insert(_ token: AccessToken) async throws {
        let _: WireNothing = try await ask(.insertToken, token)
    }

    /// The token whose secret has a hash; nil when there is none.
    public func token(hash: [UInt8]) async throws -> AccessToken? {
        let reply: TokenReply = try await ask(.token, TokenHash(hash: hash))
        return reply.token
    }

    /// All tokens, oldest first.
    public func tokens() async throws -> [AccessToken] {
        let reply: TokensReply = try await ask(.tokens, WireNothing())
        return reply.tokens
    }

    /// Revokes a token.
    public func revoke(_ id: String, at time: Timestamp) async throws -> Bool {
        let reply: WireAnswer = try await ask(.revokeToken, RevokeRequest(id: id, time: time))
        return reply.isKnown
    }
}

extension RemoteQueue: ArtifactStore {
    /// Stores an artifact, in place of one of the same name.
    @discardableResult
    public func putArtifact(_ artifact: NewArtifact) async throws -> Artifact {
        let reply: PutArtifactReply = try await ask(.putArtifact, artifact)
        return try reply.result.get()
    }

    /// The artifacts of a job in the order of their names; nil when there is no such job.
    public func artifacts(of job: JobID) async throws -> [Artifact]? {
        let reply: ArtifactsReply = try await ask(.artifacts, JobReference(job: job))
        return reply.artifacts
    }

    /// One artifact of a job with its bytes; nil when there is no such job or artifact.
    public func artifact(of job: JobID, named name: String) async throws -> ArtifactContent? {
        let reply: ArtifactReply = try await ask(.artifact, ArtifactReference(job: job, name: name))
        return reply.content
    }
}

extension RemoteQueue: RecordStore {
    /// One record; nil when there is none.
    public func record(_ key: String, in collection: String) async throws -> StoredRecord? {
        let reply: RecordReply = try await ask(.record, RecordName(collection: collection, key: key))
        return reply.record
    }

    /// Records of a collection in the order of their keys; large documents take several requests.
    public func records(in collection: String, after: String?, limit: Int) async throws -> [StoredRecord] {
        try QueueError.checkRecords(limit: limit)
        var records: [StoredRecord] = []
        while records.count < limit {
            let request = RecordsRequest(
                collection: collection, after: records.last?.key ?? after, limit: limit - records.count)
            let reply: RecordsReply = try await ask(.records, request)
            records += reply.records
            guard reply.isCut, !reply.records.isEmpty else { break }
        }
        return records
    }

    /// Makes all changes, or none; a repetition of a request whose answer was lost is answered as the first was.
    @discardableResult
    public func write(_ changes: [RecordChange]) async throws -> [StoredRecord] {
        try changes.validate()
        let bytes = RecordsChange(changes: changes).encoded
        let result = try await ask(.writeRecords, name: calls.newName()) { _ in
            bytes
        } read: { answer throws(WireFault) in
            try RecordsChangeReply.decode(answer, sent: changes)
        }
        return try result.get()
    }
}
