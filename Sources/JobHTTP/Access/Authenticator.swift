internal import HTTPTypes
internal import Hummingbird
internal import JobCore

/// Finds out who makes a call, from its header fields alone: nothing of a body is read before a caller is known.
struct Authenticator: Sendable {
    let store: any TokenStore
    let policy: AccessPolicy
    let origins: OriginCheck
    let time: TimeSource
    let cache: TokenCache
    let limiter: RateLimiter?
    let sessions: SessionKeeper?

    /// The caller, let in to a route.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - access: who may make the call.
    ///   - isCounted: whether this is a request of its own, and no further look of a stream.
    /// - Throws: ``Problem`` with 401, 403 or 429.
    func admit(_ request: Request, to access: Route.Access, isCounted: Bool = true) async throws -> Principal {
        if case .none = policy {
            if access != .open, let refusal = origins.refusal(of: request.head) { throw Problem.forbidden(refusal) }
            return .local
        }
        switch access {
        case .open: return .nobody
        case .own: return (try? await caller(request)) ?? .nobody
        case .scoped(let scopes):
            let principal = try await caller(request)
            // Before the scopes: calls that are refused are calls too.
            if isCounted { try limit(principal) }
            guard principal.hasAny(of: scopes) else {
                let names = scopes.map(\.rawValue).sorted().joined(separator: " or ")
                throw Problem.forbidden("this token may not do that; it needs the scope \(names)")
            }
            return principal
        }
    }

    /// Counts a call of a caller.
    ///
    /// - Throws: ``Problem`` with 429 when it makes too many.
    func limit(_ principal: Principal) throws(Problem) {
        guard let limiter, !limiter.take(principal.id) else { return }
        throw Problem(
            .tooManyRequests, code: "tooManyRequests", "this token makes too many requests",
            headers: [.retryAfter: "1"])
    }

    private func caller(_ request: Request) async throws -> Principal {
        if let field = request.headers.value(.authorization) {
            guard let text = Self.bearer(field), let token = TokenText(text) else { throw Self.unauthorized() }
            return try await principal(of: token)
        }
        if let sessions, let principal = try await sessions.principal(of: request) { return principal }
        throw Self.unauthorized()
    }

    /// The principal of a valid token.
    ///
    /// - Throws: ``Problem`` with 401; `QueueError`.
    func principal(of text: TokenText) async throws -> Principal { Principal(try await token(of: text)) }

    /// The token that a request bears in its header.
    ///
    /// - Throws: ``Problem`` with 401; `QueueError`.
    func token(of request: Request) async throws -> AccessToken {
        guard let field = request.headers.value(.authorization),
            let text = Self.bearer(field).flatMap({ TokenText($0) })
        else { throw Self.unauthorized() }
        return try await token(of: text)
    }

    private func token(of text: TokenText) async throws -> AccessToken {
        let found: AccessToken?
        if let kept = cache.token(hash: text.hash) {
            found = kept
        } else {
            found = try await store.token(hash: text.hash)
            if let found { cache.keep(found) }
        }
        guard let token = found, TokenText.areEqual(token.hash, text.hash),
            TokenText.areEqual(Array(token.id.utf8), Array(text.id.utf8)), token.isValid(at: time.now)
        else { throw Self.unauthorized() }
        return token
    }

    private static func bearer(_ field: String) -> Substring? {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1]
    }

    private static func unauthorized() -> Problem {
        // Unknown, expired and revoked look the same from outside.
        Problem(
            .unauthorized, code: "unauthorized", "a valid token is needed: Authorization: Bearer jk_…",
            headers: [.wwwAuthenticate: "Bearer realm=\"jobkit\""])
    }
}

extension Principal {
    /// A caller that is not known and may do nothing.
    static let nobody = Principal(id: "nobody", name: "nobody", scopes: [])
}
