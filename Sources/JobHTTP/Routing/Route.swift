public import HTTPTypes
public import Hummingbird
public import JobCore

/// One call of the API as a value: where it is, who may make it, what it takes and gives, and what it does.
///
/// The routes of a ``JobService`` are what its OpenAPI description is made of.
public struct Route: Sendable {
    /// Who may make a call.
    public enum Access: Hashable, Sendable {
        /// Anybody, without a token.
        case open
        /// A caller with any of these scopes; `admin` has all of them.
        case scoped(Set<AccessScope>)
        /// The route decides, such as a login form; the caller is known when there is a valid token or session.
        case own
    }

    /// The handler of a call; what it throws becomes problem details.
    public typealias Handler = @Sendable (JobRequest) async throws -> Response

    /// The method.
    public var method: HTTPRequest.Method
    /// The path with parameters in braces, such as `/v1/jobs/{id}`.
    public var path: String
    /// Who may make the call.
    public var access: Access
    /// What the OpenAPI description says of it; nil leaves the route out.
    public var operation: Operation?
    /// What it does.
    public var handler: Handler

    /// Makes a route.
    public init(
        _ method: HTTPRequest.Method, _ path: String, access: Access, operation: Operation? = nil,
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.operation = operation
        self.handler = handler
    }
}
