/// Why an exchange failed.
///
/// The description names the method and the origin; it never holds userinfo, paths, queries or header values.
public struct TransportError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure; more may be added.
    public let code: Code
    /// What was attempted, for example `GET https://example.org`.
    public let operation: String
    /// What went wrong.
    public let detail: String
    /// libcurl's error number, when libcurl reported it. Source: https://curl.se/libcurl/c/libcurl-errors.html
    public let curlCode: Int32?
    /// The error that a request body stream threw.
    public let cause: (any Error)?

    /// Makes an error, for transports and fakes.
    public init(
        _ code: Code, operation: String, detail: String, curlCode: Int32? = nil, cause: (any Error)? = nil
    ) {
        self.code = code
        self.operation = operation
        self.detail = detail
        self.curlCode = curlCode
        self.cause = cause
    }

    /// Whether the same request may succeed later without any change.
    public var isTransient: Bool { code.isTransient }

    /// What was attempted, what went wrong and what to do about it, in one line.
    public var description: String {
        let number = curlCode.map { " (curl \($0))" } ?? ""
        return "\(operation): \(code): \(detail)\(number). \(code.advice)"
    }

    /// The error of a reader that set a limit of its own.
    static func bodyTooLong(limit: Int) -> TransportError {
        TransportError(.tooManyBytes, operation: "reading a body", detail: "it has more than \(limit) bytes")
    }
}
