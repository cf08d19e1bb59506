public import JobCore
public import JobTransport

extension HTTPExecutor {
    /// What holds for all HTTP steps.
    public struct Options: Sendable {
        /// Where steps may connect to.
        public var destinations: DestinationPolicy
        /// How many redirects are followed. Default 5.
        public var redirectLimit: Int
        /// How much of a response's body is kept. Default 1 MiB.
        public var bodyLimit: ByteCount
        /// How much of a body is read at most; the connection is closed when more comes. Default 16 MiB.
        public var readLimit: ByteCount
        /// Longest time to a usable connection. Default 30 seconds.
        public var connectTimeout: Duration
        /// Longest time without a byte in either direction. Default 60 seconds.
        public var idleTimeout: Duration
        /// The value of `User-Agent`. Default `JobKit`.
        public var userAgent: String
        /// Names of further fields that hold secrets, in any case.
        ///
        /// Credentials such as `Authorization` and `Cookie`, and names that contain such words as `token`, `secret`,
        /// `password` or `api-key`, are known already. Secrets are neither sent to another origin nor kept in outputs.
        public var secretHeaders: Set<String>
        /// TLS settings.
        public var tls: TLSOptions
        /// The proxy; behind one, ``destinations`` can judge only the proxy's address and literal ones. Default none.
        public var proxy: HTTPProxy

        /// Makes options.
        public init(
            destinations: DestinationPolicy = DestinationPolicy(), redirectLimit: Int = 5,
            bodyLimit: ByteCount = .mebibytes(1), readLimit: ByteCount = .mebibytes(16),
            connectTimeout: Duration = .seconds(30), idleTimeout: Duration = .seconds(60),
            userAgent: String = "JobKit", secretHeaders: Set<String> = [], tls: TLSOptions = TLSOptions(),
            proxy: HTTPProxy = .direct
        ) {
            self.destinations = destinations
            self.redirectLimit = redirectLimit
            self.bodyLimit = bodyLimit
            self.readLimit = readLimit
            self.connectTimeout = connectTimeout
            self.idleTimeout = idleTimeout
            self.userAgent = userAgent
            self.secretHeaders = secretHeaders
            self.tls = tls
            self.proxy = proxy
        }

        /// Tells the names of fields that hold secrets.
        var isSecret: @Sendable (String) -> Bool {
            let names = Set(secretHeaders.map { $0.lowercased() })
            return { SensitiveName.matches($0) || names.contains($0.lowercased()) }
        }
    }
}
