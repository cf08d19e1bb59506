/// How a TLS connection is made; the server's certificate and name are always verified.
public struct TLSOptions: Hashable, Sendable {
    /// The oldest protocol version accepted.
    public enum MinimumVersion: Hashable, Sendable {
        /// TLS 1.2.
        case tls12
        /// TLS 1.3.
        case tls13
    }

    /// A certificate that identifies the client.
    public struct ClientCertificate: Hashable, Sendable {
        /// Path of the PEM file with the certificate chain.
        public var certificatePath: String
        /// Path of the PEM file with the private key.
        public var keyPath: String

        /// Makes a client certificate from its two files.
        public init(certificatePath: String, keyPath: String) {
            self.certificatePath = certificatePath
            self.keyPath = keyPath
        }
    }

    /// Path of a PEM bundle; when it or ``authorityDirectory`` is set, nothing else is trusted.
    public var authorityFile: String?
    /// Path of a directory of PEM files named by `openssl rehash`.
    public var authorityDirectory: String?
    /// The certificate shown when the server asks for one.
    public var clientCertificate: ClientCertificate?
    /// The oldest protocol version accepted; default TLS 1.2.
    public var minimumVersion: MinimumVersion

    /// Makes a set of options; by default the system's authorities are trusted.
    public init(
        authorityFile: String? = nil,
        authorityDirectory: String? = nil,
        clientCertificate: ClientCertificate? = nil,
        minimumVersion: MinimumVersion = .tls12
    ) {
        self.authorityFile = authorityFile
        self.authorityDirectory = authorityDirectory
        self.clientCertificate = clientCertificate
        self.minimumVersion = minimumVersion
    }
}
