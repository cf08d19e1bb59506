/// Why a container engine did not do what it was asked.
package struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is.
    package enum Kind: Hashable, Sendable {
        /// The configured address cannot be used.
        case unusableAddress
        /// There is no socket, or nobody listens on it.
        case notRunning
        /// The socket is there, but not for this user.
        case permissionDenied
        /// It speaks only API versions that this client does not.
        case unsupportedVersion
        /// The connection ended in the middle of an exchange.
        case lost
        /// It answered with an error status.
        case refused(status: Int)
        /// It answered with something that is not its API.
        case malformed
    }

    /// What kind of trouble it is.
    package let kind: Kind
    /// What was attempted, for example `starting the container`.
    package let operation: String
    /// What went wrong, in the engine's words where it has said something.
    package let detail: String

    /// Makes an error.
    package init(_ kind: Kind, _ operation: String, _ detail: String) {
        self.kind = kind
        self.operation = operation
        self.detail = detail
    }

    /// The status of a refusal; nil for everything else.
    package var status: Int? {
        guard case .refused(let status) = kind else { return nil }
        return status
    }

    /// One sentence for people.
    package var description: String { "\(operation) failed: \(detail)" }
}
