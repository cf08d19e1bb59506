internal import Synchronization

/// Sources of credentials in an order: the first that has some is used, and stays.
public final class CredentialChain: CredentialProvider {
    private let providers: [any CredentialProvider]
    private let chosen = Mutex<Int?>(nil)

    /// Makes a chain.
    public init(_ providers: [any CredentialProvider]) {
        self.providers = providers
    }

    /// What the first source that has credentials gives.
    ///
    /// - Throws: ``CredentialTrouble`` of kind `unusable` from a source that is there and cannot be used; of kind
    ///   `absent`, telling of every source, when there is none.
    public func credentials() async throws -> AWSCredentials {
        if let index = chosen.withLock({ $0 }) { return try await providers[index].credentials() }
        var told: [String] = []
        for (index, provider) in providers.enumerated() {
            do {
                let found = try await provider.credentials()
                chosen.withLock { $0 = index }
                return found
            } catch let trouble as CredentialTrouble where trouble.kind == .absent {
                told.append("\(trouble.source): \(trouble.detail)")
            }
        }
        throw CredentialTrouble(
            .absent, source: "all sources",
            detail: "none has any (\(told.joined(separator: "; "))); set AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY, name a profile with AWS_PROFILE, or give the instance a role")
    }

    /// Tells the source that was used.
    public func forget(_ credentials: AWSCredentials) {
        if let index = chosen.withLock({ $0 }) { providers[index].forget(credentials) }
    }
}
