/// The part of a request that decides an easy handle's options, except what changes from request to request.
///
/// Setting all options costs about a tenth of a small request, so a handle whose last request had the same habit, and
/// succeeded, keeps them.
struct TransferHabit: Equatable {
    private let method: HTTPMethod
    private let hasBody: Bool
    private let hasUserAgent: Bool
    private let isSecure: Bool
    private let version: HTTPVersionPreference
    private let tls: TLSOptions
    private let proxy: HTTPProxy
    private let connectTimeout: Duration?
    private let unixSocketPath: String?
    private let decodesContent: Bool
    private let reusesConnection: Bool

    /// `nil` for requests whose options are not worth keeping, or hold credentials.
    init?(_ exchange: Exchange) {
        let request = exchange.request
        switch request.body.content {
        case .none: hasBody = false
        case .bytes(let bytes) where bytes.count <= Transfer.copiedBodyBytes: hasBody = true
        case .bytes, .stream: return nil
        }
        guard !exchange.target.hasUserInfo else { return nil }
        method = request.method
        hasUserAgent = request.headers.contains("User-Agent")
        isSecure = exchange.target.scheme == "https"
        version = request.version
        tls = request.tls
        proxy = request.proxy
        connectTimeout = request.timeouts.connect
        unixSocketPath = request.unixSocketPath
        decodesContent = request.decodesContent
        reusesConnection = request.reusesConnection
    }
}
