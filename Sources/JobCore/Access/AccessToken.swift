/// What is known of a bearer token; never the secret itself.
public struct AccessToken: Hashable, Sendable {
    /// One attempt at one job.
    public struct Attempt: Hashable, Sendable {
        /// The job.
        public var job: JobID
        /// The generation of its lease.
        public var generation: Int

        /// Makes an attempt.
        public init(job: JobID, generation: Int) {
            self.job = job
            self.generation = generation
        }
    }

    /// The identity, which is no secret: 1 to 64 of `A-Z a-z 0-9 . _ -`, unique.
    public var id: String
    /// A name for people, 1 to 200 characters; need not be unique.
    public var name: String
    /// The SHA-256 of the secret: 32 bytes.
    public var hash: [UInt8]
    /// What it allows.
    public var scopes: Set<AccessScope>
    /// The named queues that it is for; empty for all.
    public var queues: Set<String>
    /// When it was made.
    public var createdAt: Timestamp
    /// When it ends; nil for never.
    public var expiresAt: Timestamp?
    /// When somebody revoked it; nil while nobody has.
    public var revokedAt: Timestamp?
    /// The only worker whose leases it may write; nil when it is not bound to one.
    public var worker: String?
    /// The only attempt that it may write; nil when it is not bound to one.
    public var attempt: Attempt?

    /// Makes a token's record.
    public init(
        id: String, name: String, hash: [UInt8], scopes: Set<AccessScope>, queues: Set<String> = [],
        createdAt: Timestamp, expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil, worker: String? = nil,
        attempt: Attempt? = nil
    ) {
        self.id = id
        self.name = name
        self.hash = hash
        self.scopes = scopes
        self.queues = queues
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.worker = worker
        self.attempt = attempt
    }

    /// Whether it can be used at a time: neither expired nor revoked.
    public func isValid(at now: Timestamp) -> Bool {
        revokedAt == nil && (expiresAt.map { now < $0 } ?? true)
    }

    /// Checks lengths and ranges.
    ///
    /// - Throws: ``QueueError`` with code `invalidRequest`, naming the first offending field.
    public func validate() throws(QueueError) {
        let issues = IssueList()
        let rules = FieldRules(issues: issues)
        rules.word(id, "id")
        rules.text(name, "name", 1...200)
        if hash.count != 32 { issues.add("hash", "must have 32 bytes") }
        if queues.count > 1_000 { issues.add("queues", "must have at most 1000 entries") }
        for queue in queues.sorted().prefix(1_000) { rules.word(queue, "queues") }
        if let worker { rules.text(worker, "worker", 1...200) }
        guard let issue = issues.issues.first else { return }
        throw QueueError(.invalidRequest, operation: "insert", detail: issue.description)
    }
}
