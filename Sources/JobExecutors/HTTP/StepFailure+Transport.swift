internal import JobCore
internal import JobTransport

extension StepFailure {
    /// A request that got no answer.
    init(_ error: TransportError) {
        switch error.code {
        case .destinationRefused:
            self.init(.notPermitted, error.description, isRetryable: false)
        case .invalidRequest, .unsupportedProtocol:
            self.init(.invalidStep, error.description, isRetryable: false)
        case .timeout, .idleTimeout:
            self.init(.timeout, error.description)
        case .shutDown:
            // It is this worker that ends, not the other side.
            self.init(.unavailable, error.description)
        default:
            self.init(.unavailable, error.description, isRetryable: error.isTransient)
        }
    }
}
