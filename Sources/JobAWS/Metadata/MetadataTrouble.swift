/// Why the metadata service of an instance gave no answer.
public struct MetadataTrouble: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is.
    public enum Kind: Hashable, Sendable {
        /// `AWS_EC2_METADATA_DISABLED` says not to ask.
        case disabled
        /// It cannot be reached: this is no instance, or a container too many hops away.
        case unreachable
        /// It refuses: it is switched off for this instance.
        case refused
        /// It is there and has trouble.
        case unavailable
        /// What it said makes no sense.
        case badAnswer
    }

    /// The kind.
    public let kind: Kind
    /// What was asked and what happened.
    public let detail: String

    /// Makes a trouble.
    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// The text for people and logs.
    public var description: String { "the instance metadata service: \(detail)" }
}
