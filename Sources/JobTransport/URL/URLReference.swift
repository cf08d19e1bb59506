internal import CCurl

/// An absolute URL as libcurl reads it, so that what is checked is what is connected to.
///
/// Source: https://curl.se/libcurl/c/libcurl-url.html
public struct URLReference: Hashable, Sendable, CustomStringConvertible {
    /// The whole URL, userinfo and query included: not for logs.
    public let string: String
    /// The scheme in lower case.
    public let scheme: String
    /// The host in lower case, IPv6 addresses in brackets; numeric IPv4 spellings such as `0x7f.1` are normalised.
    public let host: String
    /// The port, also when it is the scheme's default; 0 when the scheme has none.
    public let port: Int
    /// The path, at least `/`.
    public let path: String
    /// The query without `?`; `nil` when there is none.
    public let query: String?
    /// Whether there is a user name or password.
    public let hasUserInfo: Bool

    /// Scheme, host and port, the port left out when it is the default, for example `https://example.org`.
    public let origin: String

    /// Parses an absolute URL; the path is kept as written.
    ///
    /// - Throws: ``TransportError`` with code `invalidRequest`.
    public init(_ string: String) throws(TransportError) {
        try self.init(ParsedURL.parse(string), keeping: string)
    }

    private init(_ parsed: borrowing ParsedURL, keeping string: String?) throws(TransportError) {
        if let string {
            self.string = string
        } else {
            self.string = try parsed.required(CURLUPART_URL)
        }
        self.scheme = try parsed.required(CURLUPART_SCHEME).lowercased()
        self.host = try parsed.required(CURLUPART_HOST).lowercased()
        self.path = parsed.part(CURLUPART_PATH) ?? "/"
        self.query = parsed.part(CURLUPART_QUERY)
        self.port = parsed.part(CURLUPART_PORT, flags: CURLU_DEFAULT_PORT).flatMap { Int($0) } ?? 0
        let hasDefaultPort = parsed.part(CURLUPART_PORT, flags: CURLU_NO_DEFAULT_PORT) == nil
        self.origin = hasDefaultPort ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
        self.hasUserInfo = parsed.part(CURLUPART_USER) != nil || parsed.part(CURLUPART_PASSWORD) != nil
    }

    /// The origin and path without userinfo and query; a path may still hold secrets of its own.
    public var description: String { origin + path }

    /// Whether scheme, host and port are all the same.
    public func isSameOrigin(as other: URLReference) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    /// Resolves a reference, as in a `Location` header, against this URL.
    ///
    /// The reference may be absolute, without scheme (`//host/`), or relative; dot segments are removed, and spaces
    /// and non-ASCII bytes are percent-encoded. Any scheme is accepted here.
    ///
    /// - Throws: ``TransportError`` with code `invalidRequest` when the reference is malformed.
    public func resolving(_ reference: String) throws(TransportError) -> URLReference {
        let parsed = try ParsedURL.parse(string)
        try parsed.set(reference, flags: CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE)
        return try URLReference(parsed, keeping: nil)
    }
}

/// Owns one `CURLU` handle.
private struct ParsedURL: ~Copyable {
    private let handle: OpaquePointer

    private init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    static func parse(_ text: String) throws(TransportError) -> ParsedURL {
        guard let handle = curl_url() else {
            throw TransportError(.internalError, operation: "parsing a URL", detail: "out of memory")
        }
        let parsed = ParsedURL(owning: handle)
        try parsed.set(text, flags: CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS)
        return parsed
    }

    deinit {
        curl_url_cleanup(handle)
    }

    borrowing func set(_ text: String, flags: Int32) throws(TransportError) {
        guard !ASCII.hasControl(text) else {
            throw Self.invalid("it has a control character")
        }
        let code = curl_url_set(handle, CURLUPART_URL, text, UInt32(bitPattern: flags))
        guard code == CURLUE_OK else {
            throw Self.invalid(String(cString: curl_url_strerror(code)).lowercased())
        }
    }

    borrowing func part(_ part: CURLUPart, flags: Int32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, UInt32(bitPattern: flags)) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    borrowing func required(_ name: CURLUPart) throws(TransportError) -> String {
        guard let text = part(name), !text.isEmpty else {
            throw Self.invalid("scheme or host is missing")
        }
        return text
    }

    private static func invalid(_ reason: String) -> TransportError {
        TransportError(.invalidRequest, operation: "parsing a URL", detail: "the URL is not usable: \(reason)")
    }
}
