/// A request method, such as GET.
///
/// Any token of RFC 9110 §5.6.2 is possible except CONNECT, and case matters. Validity is checked when the request
/// is sent.
public struct HTTPMethod: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The token as it is sent.
    public let rawValue: String

    /// Makes a method from its token.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Makes a method from a literal token.
    public init(stringLiteral value: String) {
        self.rawValue = value
    }

    /// The token as it is sent.
    public var description: String { rawValue }

    /// GET: read a resource.
    public static let get: HTTPMethod = "GET"
    /// HEAD: read only the headers of a resource; neither request nor response has a body.
    public static let head: HTTPMethod = "HEAD"
    /// POST: let the resource process the body.
    public static let post: HTTPMethod = "POST"
    /// PUT: replace the resource.
    public static let put: HTTPMethod = "PUT"
    /// PATCH: change parts of the resource.
    public static let patch: HTTPMethod = "PATCH"
    /// DELETE: remove the resource.
    public static let delete: HTTPMethod = "DELETE"
    /// OPTIONS: ask what is possible.
    public static let options: HTTPMethod = "OPTIONS"
}
