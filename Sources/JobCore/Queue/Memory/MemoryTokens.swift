/// The access tokens by id, and the ids by hash.
struct MemoryTokens {
    private var tokens: [String: AccessToken] = [:]
    private var ids: [[UInt8]: String] = [:]

    func token(hash: [UInt8]) -> AccessToken? { ids[hash].flatMap { tokens[$0] } }

    /// All tokens, oldest first.
    var all: [AccessToken] {
        tokens.values.sorted { ($0.createdAt.microseconds, $0.id) < ($1.createdAt.microseconds, $1.id) }
    }

    mutating func insert(_ token: AccessToken, at now: Timestamp) throws(QueueError) {
        for old in tokens.values where old.isForgotten(at: now) {
            tokens[old.id] = nil
            ids[old.hash] = nil
        }
        guard tokens[token.id] == nil, ids[token.hash] == nil else { throw .knownToken }
        guard tokens.count < AccessTokenRetention.most else { throw .tooManyTokens }
        tokens[token.id] = token
        ids[token.hash] = token.id
    }

    mutating func revoke(_ id: String, at time: Timestamp) -> Bool {
        guard let token = tokens[id] else { return false }
        tokens[id]?.revokedAt = token.revokedAt ?? time
        return true
    }
}

extension AccessToken {
    /// Whether it ended so long ago that it need not be kept.
    func isForgotten(at now: Timestamp) -> Bool {
        [expiresAt, revokedAt].contains { $0.map { $0 + AccessTokenRetention.kept <= now } ?? false }
    }
}

extension QueueError {
    /// The id or the hash of a new token is taken.
    package static let knownToken = QueueError(
        .invalidRequest, operation: "insert", detail: "a token with this id or secret is known; make another one")

    /// There are as many tokens as there may be.
    package static let tooManyTokens = QueueError(
        .full, operation: "insert",
        detail: "there are \(AccessTokenRetention.most) tokens, the most that are kept; revoke some")

    /// There are as many named queues with settings as there may be.
    package static let tooManySettings = QueueError(
        .full, operation: "setQueueSettings",
        detail: "\(NamedQueueSettings.mostQueues) named queues have settings, the most that are kept")
}
