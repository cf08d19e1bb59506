internal import Hummingbird
internal import JobCore

/// Whether the caller of a stream is still let in: a stream may last longer than its token.
///
/// Asked before each thing that is sent; who the caller is, is looked up every ``TokenCache/lifetime`` at most.
struct Admission: Sendable {
    private let authenticator: Authenticator
    private let request: Request
    private let access: Route.Access
    private var principal: Principal?
    private var askedAt: Duration

    /// Begins with the caller that a request was let in as.
    init(_ request: JobRequest, to access: Route.Access, _ authenticator: Authenticator) {
        self.authenticator = authenticator
        self.request = request.request
        self.access = access
        principal = request.principal
        askedAt = authenticator.time.uptime
    }

    /// The caller; nil when it would not be let in any more, or when nobody can say.
    mutating func caller() async -> Principal? {
        let now = authenticator.time.uptime
        guard now - askedAt >= TokenCache.lifetime else { return principal }
        askedAt = now
        principal = try? await authenticator.admit(request, to: access, isCounted: false)
        return principal
    }
}
