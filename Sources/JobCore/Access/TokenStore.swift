/// A store of access tokens, by the hashes of their secrets.
public protocol TokenStore: Sendable {
    /// Stores a new token, durably.
    ///
    /// Tokens that expired or were revoked more than ``AccessTokenRetention/kept`` ago may be forgotten then.
    ///
    /// - Throws: ``QueueError`` with code `invalidRequest` when a field is out of its range or the id or the hash is
    ///   known; with code `full` when there are ``AccessTokenRetention/most`` tokens.
    func insert(_ token: AccessToken) async throws

    /// The token whose secret has a hash, also when it has expired or was revoked; nil when there is none.
    ///
    /// - Throws: ``QueueError``.
    func token(hash: [UInt8]) async throws -> AccessToken?

    /// All tokens, oldest first, also those that have expired or were revoked.
    ///
    /// - Throws: ``QueueError``.
    func tokens() async throws -> [AccessToken]

    /// Revokes a token, durably; one that was revoked before keeps its time.
    ///
    /// - Parameters:
    ///   - id: the token.
    ///   - time: when; nothing is accepted with it from then on.
    /// - Returns: whether there is such a token.
    /// - Throws: ``QueueError``.
    func revoke(_ id: String, at time: Timestamp) async throws -> Bool
}

/// How many tokens a store keeps, and for how long.
public enum AccessTokenRetention {
    /// How long a token is still listed after it expired or was revoked: 30 days.
    public static let kept = Duration.seconds(30 * 86_400)

    /// The most tokens of one store.
    public static let most = 100_000
}
