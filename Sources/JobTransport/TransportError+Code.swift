extension TransportError {
    /// The kind of a transport failure; compare with the constants.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case invalidRequest, unsupportedProtocol, nameResolution, connect, connectTimeout, timeout, idleTimeout
            case tls, proxy, sendFailed, bodyFailed, receiveFailed, closedEarly, invalidResponse, tooManyBytes
            case headersTooLarge, destinationRefused, shutDown, unsupportedLibrary, internalError
        }

        private let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The request cannot be sent as it is.
        public static let invalidRequest = Code(.invalidRequest)
        /// The URL's scheme is neither http nor https.
        public static let unsupportedProtocol = Code(.unsupportedProtocol)
        /// The host name could not be resolved.
        public static let nameResolution = Code(.nameResolution)
        /// No connection could be made.
        public static let connect = Code(.connect)
        /// No connection was made in time.
        public static let connectTimeout = Code(.connectTimeout)
        /// The whole exchange took too long.
        public static let timeout = Code(.timeout)
        /// No byte moved for too long.
        public static let idleTimeout = Code(.idleTimeout)
        /// The TLS handshake or the certificate check failed.
        public static let tls = Code(.tls)
        /// The proxy refused or could not be used.
        public static let proxy = Code(.proxy)
        /// The connection failed while the request was sent.
        public static let sendFailed = Code(.sendFailed)
        /// The request body's stream threw, or had another length than said.
        public static let bodyFailed = Code(.bodyFailed)
        /// The connection failed while the response was received.
        public static let receiveFailed = Code(.receiveFailed)
        /// The server closed the connection before the response was complete.
        public static let closedEarly = Code(.closedEarly)
        /// The answer is not HTTP, or not well-formed.
        public static let invalidResponse = Code(.invalidResponse)
        /// The body has more bytes than allowed.
        public static let tooManyBytes = Code(.tooManyBytes)
        /// The headers have more bytes than allowed.
        public static let headersTooLarge = Code(.headersTooLarge)
        /// The address policy refused a resolved address.
        public static let destinationRefused = Code(.destinationRefused)
        /// The transport was shut down.
        public static let shutDown = Code(.shutDown)
        /// The installed libcurl is too old or lacks a needed feature.
        public static let unsupportedLibrary = Code(.unsupportedLibrary)
        /// The transport or libcurl met a condition that should not occur.
        public static let internalError = Code(.internalError)

        /// The constant's name.
        public var description: String { kind.rawValue }

        /// Whether the same request may succeed later without any change.
        var isTransient: Bool {
            switch kind {
            case .nameResolution, .connect, .connectTimeout, .timeout, .idleTimeout, .sendFailed, .receiveFailed,
                .closedEarly:
                true
            case .invalidRequest, .unsupportedProtocol, .tls, .proxy, .bodyFailed, .invalidResponse, .tooManyBytes,
                .headersTooLarge, .destinationRefused, .shutDown, .unsupportedLibrary, .internalError:
                false
            }
        }

        /// What a person can do about it.
        var advice: String {
            switch kind {
            case .invalidRequest: "Correct the request."
            case .unsupportedProtocol: "Use an http or https URL."
            case .nameResolution: "Check the host name and the name servers."
            case .connect: "Check that the server runs and that its host, port and firewall are right."
            case .connectTimeout: "Check the network path, or allow a longer connect timeout."
            case .timeout: "Try again later, or allow a longer total timeout."
            case .idleTimeout: "Try again later, or allow a longer idle timeout."
            case .tls: "Check the server's certificate, its name and the trusted authorities."
            case .proxy: "Check the proxy's address and credentials."
            case .sendFailed, .receiveFailed, .closedEarly: "Try again; if it persists, look at the server's log."
            case .bodyFailed: "Correct what produces the request body."
            case .invalidResponse: "Check that the port speaks the expected protocol."
            case .tooManyBytes: "Raise the limit, or ask for less."
            case .headersTooLarge: "Raise maximumHeaderBytes if the server is trusted."
            case .destinationRefused: "Allow the address in the policy, or use another destination."
            case .shutDown: "Make a new transport."
            case .unsupportedLibrary: "Install libcurl 7.85 or later built with thread-safe initialisation."
            case .internalError: "Report it as a bug."
            }
        }
    }
}
