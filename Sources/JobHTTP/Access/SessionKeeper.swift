internal import Crypto
internal import HTTPTypes
internal import Hummingbird
internal import JobCore

/// Browser sessions: a cookie with a random secret, and a word against forgery that follows from it.
///
/// The store keeps the hash of the secret with that of the session's token, so sessions outlive a restart of the
/// server, and who reads the store can make none. The token is looked up with every request, so a session ends when
/// its token is revoked or expires. Requests that change something must repeat the session's word, which a foreign page
/// cannot read.
///
/// Source: https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html,
/// https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
struct SessionKeeper: Sendable {
    let records: SessionRecords
    let tokens: any TokenStore
    let cache: TokenCache
    let time: TimeSource
    /// Whether the cookie is only sent over TLS.
    let isSecure: Bool
    /// The path below which the cookie is sent.
    let path: String

    static let cookieName = "jobkit_session"
    static let wordField = HTTPField.Name("X-CSRF-Token")
    static let lifetime = Duration.seconds(12 * 3_600)
    private static let secretSize = 32

    init(
        store: any TokenStore & RecordStore, cache: TokenCache, time: TimeSource, isSecure: Bool, path: String
    ) {
        records = SessionRecords(store: store, time: time)
        tokens = store
        self.cache = cache
        self.time = time
        self.isSecure = isSecure
        self.path = path
    }

    /// Begins a session of a token.
    ///
    /// - Returns: the `Set-Cookie` value.
    /// - Throws: `QueueError` when it cannot be stored.
    func begin(_ token: TokenText) async throws -> String {
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        try await records.insert(Self.name(of: secret), token: token.hash, until: time.now + Self.lifetime)
        return cookie(Base64URL.encode(secret), maxAge: Int(Self.lifetime.components.seconds))
    }

    /// Ends a request's session, also for those who have copied its cookie.
    ///
    /// - Returns: the `Set-Cookie` value that takes the cookie away.
    /// - Throws: `QueueError`.
    func end(of request: Request) async throws -> String {
        if let secret = secret(of: request) { try await records.remove(Self.name(of: secret)) }
        return cookie("", maxAge: 0)
    }

    /// The word that forms of the request's session must repeat, whether it lasts or not; nil without a cookie.
    func word(of request: Request) -> String? { secret(of: request).map(Self.word) }

    /// The caller of a request's session; nil when there is none.
    ///
    /// - Throws: ``Problem`` with 403 when a changing request does not repeat the session's word; `QueueError`.
    func principal(of request: Request) async throws -> Principal? {
        guard let secret = secret(of: request) else { return nil }
        let isSafe = [.get, .head, .options].contains(request.method)
        if !isSafe {
            let shown = Self.wordField.flatMap { request.headers[$0] } ?? ""
            guard TokenText.areEqual(Array(shown.utf8), Array(Self.word(for: secret).utf8)) else {
                throw Problem.forbidden("the session's word is missing; reload the page and try again")
            }
        }
        return try await principal(of: secret)
    }

    /// The caller of a request's session, when a form's field holds the session's word; nil otherwise.
    ///
    /// - Throws: `QueueError`.
    func principal(of request: Request, formWord: String) async throws -> Principal? {
        guard let secret = secret(of: request),
            TokenText.areEqual(Array(formWord.utf8), Array(Self.word(for: secret).utf8))
        else { return nil }
        return try await principal(of: secret)
    }

    private func principal(of secret: [UInt8]) async throws -> Principal? {
        guard let hash = try await records.token(of: Self.name(of: secret), atMost: Self.lifetime) else { return nil }
        var token = cache.token(hash: hash)
        if token == nil {
            token = try await tokens.token(hash: hash)
            if let token { cache.keep(token) }
        }
        guard let token, token.isValid(at: time.now) else { return nil }
        return Principal(token)
    }

    private func secret(of request: Request) -> [UInt8]? {
        let fields = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.prefix(50)
        let prefix = Self.cookieName + "="
        guard let pair = fields.map({ String($0).trimmingSpaces() }).first(where: { $0.hasPrefix(prefix) }),
            pair.utf8.count <= 200, let secret = Base64URL.decode(String(pair.dropFirst(prefix.count))),
            secret.count == Self.secretSize
        else { return nil }
        return secret
    }

    private func cookie(_ value: String, maxAge: Int) -> String {
        "\(Self.cookieName)=\(value); Path=\(path.isEmpty ? "/" : path); Max-Age=\(maxAge); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }

    /// What the store knows the session by.
    private static func name(of secret: [UInt8]) -> String { Hexadecimal.encode(SHA256.hash(data: secret)) }

    private static func word(for secret: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("form".utf8), using: SymmetricKey(data: secret))
        return Base64URL.encode(Array(code))
    }
}
