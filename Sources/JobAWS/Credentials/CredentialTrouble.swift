/// Why a source gave no credentials.
public struct CredentialTrouble: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is.
    public enum Kind: Hashable, Sendable {
        /// Nothing there: the next source is asked.
        case absent
        /// Something is there and cannot be used: no other source is asked, or a typing error would go unseen.
        case unusable
    }

    /// The kind.
    public let kind: Kind
    /// The source, such as `profile build`.
    public let source: String
    /// What is wrong and what to do; holds no secrets.
    public let detail: String

    /// Makes a trouble.
    public init(_ kind: Kind, source: String, detail: String) {
        self.kind = kind
        self.source = source
        self.detail = detail
    }

    /// The source and what is wrong.
    public var description: String { "AWS credentials from \(source): \(detail)" }
}
