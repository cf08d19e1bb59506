internal import JobTransport

/// The credentials of the role of the EC2 instance that this program runs on.
public struct InstanceCredentials: CredentialProvider {
    private static let path = "meta-data/iam/security-credentials/"
    private static let source = "the instance's role"
    private let metadata: MetadataClient

    /// Makes a provider.
    public init(_ metadata: MetadataClient) {
        self.metadata = metadata
    }

    /// Asks the metadata service.
    public func credentials() async throws -> AWSCredentials {
        do {
            let roles = try await metadata.item(Self.path)
            guard let role = roles?.split(whereSeparator: \.isNewline).first,
                let document = try await metadata.item(Self.path + PercentEncoding.encode(role))
            else {
                throw CredentialTrouble(.absent, source: Self.source, detail: "the instance has no role")
            }
            return try CredentialDocument.parse(document, source: Self.source)
        } catch let trouble as MetadataTrouble {
            throw CredentialTrouble(.absent, source: Self.source, detail: trouble.detail)
        }
    }
}
