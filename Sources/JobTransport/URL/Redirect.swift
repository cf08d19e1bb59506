/// What a redirect response asks for, and what a careful caller needs to know before obeying it.
///
/// Transports never follow redirects; the caller decides, and bounds the number of hops.
public struct Redirect: Hashable, Sendable {
    /// Where to go.
    public let target: URLReference
    /// The method for the next request (RFC 9110 §15.4).
    public let method: HTTPMethod
    /// Whether the body is to be sent again; with `false` its `Content-` headers go too.
    public let keepsBody: Bool
    /// Whether scheme, host and port stay the same; when not, credentials must not be sent along.
    public let isSameOrigin: Bool
    /// Whether it leads from https to http.
    public let isDowngrade: Bool

    /// Reads a redirect; `nil` when the status is no redirect (301, 302, 303, 307, 308) or `Location` is missing.
    ///
    /// - Throws: ``TransportError`` with code `invalidRequest` when a URL is malformed, `unsupportedProtocol` when the
    ///   target is neither http nor https.
    public init?(
        from base: URLReference, method: HTTPMethod, status: Int, headers: HTTPHeaders
    ) throws(TransportError) {
        guard [301, 302, 303, 307, 308].contains(status), let location = headers["Location"] else { return nil }
        let target = try base.resolving(location)
        guard target.scheme == "http" || target.scheme == "https" else {
            throw TransportError(
                .unsupportedProtocol, operation: "redirect from \(base.origin)",
                detail: "the target's scheme is \(target.scheme)")
        }
        self.target = target
        self.isSameOrigin = base.isSameOrigin(as: target)
        self.isDowngrade = base.scheme == "https" && target.scheme == "http"
        let becomesGet = (status == 303 && method != .head) || (status < 303 && method == .post)
        self.method = becomesGet ? .get : method
        self.keepsBody = !becomesGet
    }
}
