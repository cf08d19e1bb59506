internal import JobCore

extension StoreTransaction {
    private static let dropEnded = Query("DELETE FROM job_tokens WHERE expires_us <= ?1 OR revoked_us <= ?1")
    private static let isKnown = Query("SELECT 1 FROM job_tokens WHERE id = ? OR hash = ?")
    private static let count = Query("SELECT count(*) FROM job_tokens")
    private static let insertToken = Query(
        """
        INSERT INTO job_tokens (
            id, hash, name, scopes, queues, created_us, expires_us, revoked_us, worker, attempt_job,
            attempt_generation
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    private static let revokeToken = Query(
        "UPDATE job_tokens SET revoked_us = coalesce(revoked_us, ?2) WHERE id = ?1")

    /// Stores a new token; see `TokenStore.insert(_:)`.
    func insert(_ token: AccessToken) throws {
        try session.execute(Self.dropEnded) { $0.bind(now - AccessTokenRetention.kept) }
        let isKnown = try session.first(Self.isKnown) { row in
            row.bind(token.id)
            row.bind(token.hash)
        } read: { _ in
            true
        }
        if isKnown ?? false { throw QueueError.knownToken }
        let count = try session.first(Self.count, { _ in }, read: { $0.int(0) }) ?? 0
        if count >= AccessTokenRetention.most { throw QueueError.tooManyTokens }
        try session.execute(Self.insertToken) { row in
            row.bind(token.id)
            row.bind(token.hash)
            row.bind(token.name)
            row.bind(.array(token.scopes.map(\.rawValue).sorted().map(JSONValue.string)))
            row.bind(.array(token.queues.sorted().map(JSONValue.string)))
            row.bind(token.createdAt)
            row.bind(token.expiresAt)
            row.bind(token.revokedAt)
            row.bind(token.worker)
            if let attempt = token.attempt {
                row.bind(attempt.job)
                row.bind(attempt.generation)
            } else {
                row.bindNull()
                row.bindNull()
            }
        }
    }

    /// Revokes a token; false when there is none.
    func revoke(_ id: String, at time: Timestamp) throws -> Bool {
        try session.execute(Self.revokeToken) { row in
            row.bind(id)
            row.bind(time)
        } > 0
    }
}

extension Session {
    private static let columns = """
        SELECT id, hash, name, scopes, queues, created_us, expires_us, revoked_us, worker, attempt_job,
            attempt_generation
        FROM job_tokens
        """
    static let tokenByHash = Query("\(columns) WHERE hash = ?")
    private static let allTokens = Query("\(columns) ORDER BY created_us, id")

    func token(hash: [UInt8]) throws -> AccessToken? {
        try first(Self.tokenByHash) {
            $0.bind(hash)
        } read: {
            try AccessToken($0)
        }
    }

    func tokens() throws -> [AccessToken] {
        try all(Self.allTokens) { try AccessToken($0) }
    }
}

extension AccessToken {
    fileprivate init(_ row: ResultRow) throws {
        self.init(
            id: row.text(0), name: row.text(2), hash: row.bytes(1),
            scopes: Set(try row.texts(3).compactMap(AccessScope.init)), queues: Set(try row.texts(4)),
            createdAt: row.time(5), expiresAt: row.optionalTime(6), revokedAt: row.optionalTime(7),
            worker: row.optionalText(8),
            attempt: row.jobID(9).map { Attempt(job: $0, generation: row.int(10)) })
    }
}
