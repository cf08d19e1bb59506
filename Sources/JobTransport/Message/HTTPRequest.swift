/// One request: what to send, where, and within which limits.
public struct HTTPRequest: Sendable {
    /// Decides whether a resolved address may be connected to; called on the transport's thread, so it must not block.
    public typealias AddressPolicy = @Sendable (ResolvedAddress) -> Bool

    /// The method; default GET.
    public var method: HTTPMethod
    /// An absolute `http` or `https` URL; userinfo becomes Basic authentication.
    ///
    /// The path is sent as written.
    public var url: String
    /// Fields to send besides `Host` and `Accept`, which are added when absent.
    public var headers: HTTPHeaders
    /// The body; default none.
    public var body: HTTPRequestBody
    /// Time limits.
    public var timeouts: HTTPTimeouts
    /// Most body bytes accepted, after content decoding; `nil` means without limit.
    ///
    /// A response that announces more fails before its body is read; one that turns out longer fails while it is read.
    public var maximumResponseBytes: Int?
    /// Most bytes of all header lines together, interim responses and trailers included; default 128 KiB.
    public var maximumHeaderBytes: Int
    /// Connects to this Unix-domain socket instead of the URL's host; at most 107 bytes.
    public var unixSocketPath: String?
    /// The protocol version asked for.
    public var version: HTTPVersionPreference
    /// TLS settings, for `https`.
    public var tls: TLSOptions
    /// The proxy; default none, whatever the environment says.
    public var proxy: HTTPProxy
    /// Checked with each resolved address before connecting, and before sending on a connection that already exists.
    ///
    /// Through a proxy it sees the proxy's address, and the destination only when the URL's host is an address.
    /// It is not asked about ``unixSocketPath``.
    public var addressPolicy: AddressPolicy?
    /// Whether gzip, deflate, br and zstd are asked for and undone, as far as libcurl can; default false.
    public var decodesContent: Bool
    /// Whether an idle connection may be used; default true.
    ///
    /// libcurl repeats a request whose reused connection turns out dead before the first response byte;
    /// false rules that out for requests that must not reach the server twice.
    public var reusesConnection: Bool

    /// Makes a request with default limits.
    public init(
        method: HTTPMethod = .get,
        url: String,
        headers: HTTPHeaders = [:],
        body: HTTPRequestBody = .none,
        timeouts: HTTPTimeouts = HTTPTimeouts(),
        maximumResponseBytes: Int? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
        self.maximumResponseBytes = maximumResponseBytes
        self.maximumHeaderBytes = 128 * 1024
        self.unixSocketPath = nil
        self.version = .automatic
        self.tls = TLSOptions()
        self.proxy = .direct
        self.addressPolicy = nil
        self.decodesContent = false
        self.reusesConnection = true
    }
}
