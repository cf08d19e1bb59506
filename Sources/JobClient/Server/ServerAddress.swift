public import JobCore
public import JobTransport

/// A JobKit server: where it is, and how to talk to it.
public struct ServerAddress: Sendable {
    /// The URL of the server without its paths, such as `https://jobs.example.org`; a path is taken as a prefix.
    public let url: String
    /// The bearer token; nil for a server that asks for none.
    public var token: BearerToken?
    /// Whom to trust, for `https`.
    public var tls: TLSOptions
    /// Whether requests go through a proxy; default what the environment says.
    public var proxy: HTTPProxy
    /// Longest time until a connection stands; default 5 s.
    public var connectTimeout: Duration
    /// Longest time without a byte while an answer is due; default 15 s.
    public var idleTimeout: Duration
    /// How often a call is tried before it fails as unavailable, at least 1; default 5.
    ///
    /// The waits in between begin at 0.1 s, double, and lose up to half at random. Every call can be repeated safely.
    public var attempts: Int

    /// Describes a server.
    ///
    /// - Parameters:
    ///   - url: an `http` or `https` URL without query or user.
    ///   - token: the bearer token.
    ///   - tls: whom to trust.
    /// - Throws: `QueueError` with code `invalidRequest` for another URL; the text of the error does not hold the URL,
    ///   which may have a password.
    public init(url: String, token: BearerToken? = nil, tls: TLSOptions = TLSOptions()) throws(QueueError) {
        let parsed: URLReference
        do throws(TransportError) { parsed = try URLReference(url) } catch {
            throw Self.refused("the URL of the server cannot be read: \(error.detail)")
        }
        guard parsed.scheme == "http" || parsed.scheme == "https" else {
            throw Self.refused("the URL of a server begins with http:// or https://")
        }
        guard !parsed.hasUserInfo else {
            throw Self.refused("the URL of a server has no user name or password; give a token instead")
        }
        guard parsed.query == nil, !url.contains("#") else {
            throw Self.refused("the URL of a server has no query or fragment")
        }
        var prefix = parsed.path[...]
        while prefix.hasSuffix("/") { prefix.removeLast() }
        self.url = parsed.origin + prefix
        self.token = token
        self.tls = tls
        proxy = .environment
        connectTimeout = .seconds(5)
        idleTimeout = .seconds(15)
        attempts = 5
    }

    private static func refused(_ detail: String) -> QueueError {
        QueueError(.invalidRequest, operation: "connect", detail: detail)
    }
}

/// A secret that a server knows its caller by; its text form does not show it.
public struct BearerToken: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    let secret: String

    /// Takes a token as `jobctl token create` printed it.
    ///
    /// - Throws: `QueueError` with code `invalidRequest` when it has characters that no token has.
    public init(_ secret: String) throws(QueueError) {
        // RFC 6750 §2.1: b64token.
        let isToken = !secret.isEmpty && secret.utf8.count <= 4_096 && secret.utf8.allSatisfy(Self.isTokenByte)
        guard isToken else {
            throw QueueError(
                .invalidRequest, operation: "connect", detail: "the token has characters that no token has")
        }
        self.secret = secret
    }

    /// A word in place of the secret.
    public var description: String { "bearer token" }
    /// A word in place of the secret.
    public var debugDescription: String { description }
    /// Nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"),
            UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
