internal import Crypto
internal import HTTPTypes
internal import Hummingbird
internal import JobCore

/// Browser sessions: a cookie that holds a token's hash, sealed with a key of this server, and a word against forgery.
///
/// The sealed hash is looked up with every request like a token, so a session ends when its token is revoked or
/// expires. Requests that change something must repeat the session's word, which a foreign page cannot read.
///
/// Source: https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
struct SessionKeeper: Sendable {
    /// A session as a cookie holds it.
    struct Session: Hashable, Sendable {
        var hash: [UInt8]
        var expiresAt: Timestamp
    }

    let store: any TokenStore
    let cache: TokenCache
    let time: TimeSource
    /// Whether the cookie is only sent over TLS.
    let isSecure: Bool
    /// The path below which the cookie is sent.
    let path: String
    private let key: SymmetricKey

    static let cookieName = "jobkit_session"
    static let wordField = HTTPField.Name("X-CSRF-Token")
    static let lifetime = Duration.seconds(12 * 3_600)

    init(
        store: any TokenStore, cache: TokenCache, time: TimeSource, isSecure: Bool, path: String,
        key: SymmetricKey = SymmetricKey(size: .bits256)
    ) {
        self.store = store
        self.cache = cache
        self.time = time
        self.isSecure = isSecure
        self.path = path
        self.key = key
    }

    /// The `Set-Cookie` value that begins a session of a token, and the word that its forms must repeat.
    func begin(_ token: TokenText) throws -> (cookie: String, word: String) {
        let session = Session(hash: token.hash, expiresAt: time.now + Self.lifetime)
        let sealed = try seal(session)
        return (cookie(sealed, maxAge: Int(Self.lifetime.components.seconds)), word(for: session))
    }

    /// The `Set-Cookie` value that ends a session.
    var end: String { cookie("", maxAge: 0) }

    /// The word that forms of the request's session must repeat; nil without a session.
    func word(of request: Request) -> String? { session(of: request).map(word) }

    /// The caller of a request's session; nil when there is none.
    ///
    /// - Throws: ``Problem`` with 403 when a changing request does not repeat the session's word.
    func principal(of request: Request) async throws -> Principal? {
        guard let session = session(of: request) else { return nil }
        let isSafe = [.get, .head, .options].contains(request.method)
        if !isSafe {
            let shown = Self.wordField.flatMap { request.headers[$0] } ?? ""
            guard TokenText.areEqual(Array(shown.utf8), Array(word(for: session).utf8)) else {
                throw Problem.forbidden("the session's word is missing; reload the page and try again")
            }
        }
        return try await principal(of: session)
    }

    /// The caller of a request's session, when a form's field holds the session's word; nil otherwise.
    func principal(of request: Request, formWord: String) async throws -> Principal? {
        guard let session = session(of: request),
            TokenText.areEqual(Array(formWord.utf8), Array(word(for: session).utf8))
        else { return nil }
        return try await principal(of: session)
    }

    private func principal(of session: Session) async throws -> Principal? {
        var token = cache.token(hash: session.hash)
        if token == nil {
            token = try await store.token(hash: session.hash)
            if let token { cache.keep(token) }
        }
        guard let token, token.isValid(at: time.now) else { return nil }
        return Principal(token)
    }

    private func session(of request: Request) -> Session? {
        let fields = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.prefix(50)
        let prefix = Self.cookieName + "="
        guard let pair = fields.map({ String($0).trimmingSpaces() }).first(where: { $0.hasPrefix(prefix) }),
            let session = open(String(pair.dropFirst(prefix.count))), session.expiresAt > time.now
        else { return nil }
        return session
    }

    private func cookie(_ value: String, maxAge: Int) -> String {
        "\(Self.cookieName)=\(value); Path=\(path.isEmpty ? "/" : path); Max-Age=\(maxAge); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }

    private func word(for session: Session) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: session.hash + Self.bytes(session.expiresAt), using: key)
        return Base64URL.encode(Array(code))
    }

    private func seal(_ session: Session) throws -> String {
        let box = try AES.GCM.seal(session.hash + Self.bytes(session.expiresAt), using: key)
        let combined = Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        return Base64URL.encode(combined)
    }

    private func open(_ text: String) -> Session? {
        guard text.utf8.count <= 200, let sealed = Base64URL.decode(text),
            let box = try? AES.GCM.SealedBox(combined: sealed), let opened = try? AES.GCM.open(box, using: key),
            opened.count == 40
        else { return nil }
        let bytes = Array(opened)
        let time = bytes[32...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Session(
            hash: Array(bytes[..<32]), expiresAt: Timestamp(microseconds: Int64(bitPattern: time)))
    }

    private static func bytes(_ time: Timestamp) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: time.microseconds >> Int64((7 - $0) * 8)) }
    }
}
