public import JobCore

/// A key of AWS, and until when it is good.
///
/// Descriptions show the key's id only, so credentials can stand in a log message by accident without harm.
public struct AWSCredentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The key's public name.
    public var accessKeyID: String
    /// The secret.
    public var secretAccessKey: String
    /// Goes with keys that live a while only; nil for a user's own keys.
    public var sessionToken: String?
    /// When they end; nil when they do not end by themselves.
    public var expiresAt: Timestamp?

    /// Makes credentials.
    public init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiresAt: Timestamp? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiresAt = expiresAt
    }

    /// The key's id, without what is secret.
    public var description: String { "AWSCredentials(\(accessKeyID))" }
    /// The key's id, without what is secret.
    public var debugDescription: String { description }
    /// Nothing, so that dumps show no secret either.
    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}

/// Where credentials come from.
public protocol CredentialProvider: Sendable {
    /// The credentials to use now; may go over the network, keeps nothing.
    ///
    /// - Throws: ``CredentialTrouble``; `CancellationError`.
    func credentials() async throws -> AWSCredentials

    /// Forgets what it keeps, because AWS said that these credentials are over.
    func forget(_ credentials: AWSCredentials)
}

extension CredentialProvider {
    /// Does nothing: most providers keep nothing.
    public func forget(_ credentials: AWSCredentials) {}
}

/// Credentials written down in the program, for tests and for those who manage them elsewhere.
public struct StaticCredentials: CredentialProvider {
    private let value: AWSCredentials

    /// Makes a provider of one value.
    public init(_ credentials: AWSCredentials) {
        self.value = credentials
    }

    /// Makes a provider of a key.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.init(
            AWSCredentials(accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: sessionToken))
    }

    /// The value.
    public func credentials() async throws -> AWSCredentials { value }
}
