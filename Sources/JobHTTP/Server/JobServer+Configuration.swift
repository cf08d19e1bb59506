public import JobCore

extension JobServer {
    /// Where a server listens and what it bears.
    public struct Configuration: Sendable {
        /// The address, such as `127.0.0.1`.
        public var host: String
        /// The port; 0 for any free one.
        public var port: Int
        /// The certificate and key; nil for plain HTTP.
        public var tls: CertificateFiles?
        /// The most connections at a time; more wait until others close.
        public var maximumConnections: Int
        /// How long a connection may be without a request, and a request's header fields may take.
        public var idleTimeout: Duration
        /// How long a client may take in nothing of an answer.
        public var writeTimeout: Duration
        /// How long a body may come slower than ``minimumBytesPerSecond``.
        public var bodyGrace: Duration
        /// How fast a body must come after the grace.
        public var minimumBytesPerSecond: Int
        /// The most bytes of a request's line and header fields.
        public var headerLimit: ByteCount

        /// Makes a configuration; by default of a port of one's own on loopback.
        public init(
            host: String = "127.0.0.1", port: Int = 0, tls: CertificateFiles? = nil, maximumConnections: Int = 20_000,
            idleTimeout: Duration = .seconds(60), writeTimeout: Duration = .seconds(30),
            bodyGrace: Duration = .seconds(10), minimumBytesPerSecond: Int = 1_024,
            headerLimit: ByteCount = .kibibytes(32)
        ) {
            self.host = host
            self.port = port
            self.tls = tls
            self.maximumConnections = maximumConnections
            self.idleTimeout = idleTimeout
            self.writeTimeout = writeTimeout
            self.bodyGrace = bodyGrace
            self.minimumBytesPerSecond = minimumBytesPerSecond
            self.headerLimit = headerLimit
        }
    }

    /// A certificate chain and its key as PEM files; a changed file serves the connections that come after.
    public struct CertificateFiles: Hashable, Sendable {
        /// The chain, the server's own certificate first.
        public var certificate: String
        /// The private key.
        public var key: String

        /// Names the files.
        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }
}
