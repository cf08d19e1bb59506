/// A setting of AWS that is missing or wrong.
public struct AWSConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do; holds no secrets.
    public let description: String

    /// Makes an error.
    public init(_ description: String) {
        self.description = description
    }
}
