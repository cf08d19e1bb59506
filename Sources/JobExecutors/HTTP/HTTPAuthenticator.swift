public import JobTransport

/// Gives HTTP steps fresh credentials when a server refuses those that they have.
public protocol HTTPAuthenticator: Sendable {
    /// Credentials for a request that was refused.
    ///
    /// It is asked at most once an attempt, and only for the origin of the step's own URL.
    ///
    /// - Returns: fields that replace the request's of the same names; nil when there are no credentials for it,
    ///   which fails the step.
    /// - Throws: anything, when they could not be had just now; the step may then be retried.
    func credentials(for challenge: HTTPChallenge) async throws -> HTTPHeaders?
}

/// A server's refusal for want of credentials.
public struct HTTPChallenge: Sendable {
    /// The URL that was asked; its text form has neither userinfo nor query.
    public let url: URLReference
    /// The status: 401, 419 or 400.
    public let status: Int
    /// The response's fields, such as `WWW-Authenticate`.
    public let headers: HTTPHeaders

    /// Makes a challenge.
    public init(url: URLReference, status: Int, headers: HTTPHeaders) {
        self.url = url
        self.status = status
        self.headers = headers
    }
}
