/// The variables `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
public struct EnvironmentCredentials: CredentialProvider {
    private static let source = "the environment"
    private let environment: AWSEnvironment

    /// Makes a provider.
    public init(_ environment: AWSEnvironment = .process) {
        self.environment = environment
    }

    /// Reads the variables.
    public func credentials() async throws -> AWSCredentials {
        guard let id = environment["AWS_ACCESS_KEY_ID"] else {
            throw CredentialTrouble(.absent, source: Self.source, detail: "AWS_ACCESS_KEY_ID is not set")
        }
        guard let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
            throw CredentialTrouble(
                .unusable, source: Self.source, detail: "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not")
        }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"])
    }
}
