/// The protocol version of a response.
public struct HTTPVersion: Hashable, Sendable, CustomStringConvertible {
    /// The number before the dot.
    public let major: Int
    /// The number after the dot; 0 when the protocol has none.
    public let minor: Int

    /// Makes a version.
    public init(major: Int, minor: Int = 0) {
        self.major = major
        self.minor = minor
    }

    /// HTTP/1.0.
    public static let http1_0 = HTTPVersion(major: 1)
    /// HTTP/1.1.
    public static let http1_1 = HTTPVersion(major: 1, minor: 1)
    /// HTTP/2.
    public static let http2 = HTTPVersion(major: 2)

    /// As in a status line, for example `HTTP/1.1` or `HTTP/2`.
    public var description: String {
        major >= 2 ? "HTTP/\(major)" : "HTTP/\(major).\(minor)"
    }
}

/// Which protocol version a request asks for.
public enum HTTPVersionPreference: Hashable, Sendable {
    /// HTTP/2 when TLS negotiates it, otherwise HTTP/1.1.
    case automatic
    /// HTTP/1.1 only.
    case http1
    /// HTTP/2 without asking first, also over plain TCP; for servers known to speak it.
    case http2PriorKnowledge
}
