/// The answer to a request: its head at once, its body as it arrives.
public struct HTTPResponse: Sendable {
    /// The status code, 101 or 200 to 999.
    public var status: Int
    /// The protocol version spoken.
    public var version: HTTPVersion
    /// The final response's fields in the order received.
    public var headers: HTTPHeaders
    /// Status codes of the interim (1xx) responses seen before it, oldest first, at most 16.
    public var informational: [Int]
    /// The address that answered, or the proxy's; `nil` over a Unix-domain socket and in fakes.
    public var remoteAddress: ResolvedAddress?
    /// How long each phase took.
    public var timings: HTTPTimings
    /// The body, possibly still arriving.
    ///
    /// Letting go of it without reading it to the end ends the exchange.
    public var body: HTTPBody

    /// Makes a response, for fakes.
    public init(
        status: Int,
        version: HTTPVersion = .http1_1,
        headers: HTTPHeaders = [:],
        informational: [Int] = [],
        remoteAddress: ResolvedAddress? = nil,
        timings: HTTPTimings = HTTPTimings(),
        body: HTTPBody = HTTPBody([])
    ) {
        self.status = status
        self.version = version
        self.headers = headers
        self.informational = informational
        self.remoteAddress = remoteAddress
        self.timings = timings
        self.body = body
    }
}

/// How long the phases of an exchange took, each measured from its start.
///
/// On a reused connection the first three are zero or absent.
/// Source: https://curl.se/libcurl/c/curl_easy_getinfo.html
public struct HTTPTimings: Hashable, Sendable {
    /// Until the name was resolved.
    public var nameLookup: Duration
    /// Until the TCP connection stood.
    public var connect: Duration
    /// Until the TLS handshake was done; `nil` without TLS.
    public var tls: Duration?
    /// Until the first byte of the response.
    public var firstByte: Duration
    /// Until the last byte; `nil` when the body was still arriving as the response was handed out.
    public var total: Duration?

    /// Makes a set of timings, all zero by default.
    public init(
        nameLookup: Duration = .zero,
        connect: Duration = .zero,
        tls: Duration? = nil,
        firstByte: Duration = .zero,
        total: Duration? = nil
    ) {
        self.nameLookup = nameLookup
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
        self.total = total
    }
}
