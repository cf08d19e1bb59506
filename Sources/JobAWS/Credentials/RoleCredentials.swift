/// A role that is taken with other credentials: `AssumeRole`.
public struct RoleCredentials: CredentialProvider {
    /// The role.
    private let request: AssumeRoleRequest
    private let sts: STSClient

    /// Makes a provider.
    ///
    /// - Parameters:
    ///   - request: the role and its session.
    ///   - sts: calls with the credentials that may take the role.
    public init(_ request: AssumeRoleRequest, sts: STSClient) {
        self.request = request
        self.sts = sts
    }

    /// Takes the role.
    public func credentials() async throws -> AWSCredentials {
        do {
            return try await sts.assumeRole(request)
        } catch let error as AWSError {
            throw CredentialTrouble(.unusable, source: "the role \(request.roleARN)", detail: error.description)
        }
    }

}

/// A role that is taken with a token of somebody whom AWS trusts: `AssumeRoleWithWebIdentity`.
public struct WebIdentityCredentials: CredentialProvider {
    private let roleARN: String
    private let sessionName: String
    private let tokenFile: String
    private let environment: AWSEnvironment
    private let sts: STSClient

    /// Makes a provider; the token file is read anew each time.
    public init(
        roleARN: String, sessionName: String, tokenFile: String, environment: AWSEnvironment, sts: STSClient
    ) {
        self.roleARN = roleARN
        self.sessionName = sessionName
        self.tokenFile = tokenFile
        self.environment = environment
        self.sts = sts
    }

    /// Takes the role.
    public func credentials() async throws -> AWSCredentials {
        let source = "the web identity of \(roleARN)"
        guard let token = try environment.text(of: tokenFile), !token.isEmpty else {
            throw CredentialTrouble(
                .unusable, source: source, detail: "the token file \(tokenFile) is missing or empty")
        }
        do {
            return try await sts.assumeRole(roleARN, sessionName: sessionName, webIdentityToken: token)
        } catch let error as AWSError {
            throw CredentialTrouble(.unusable, source: source, detail: error.description)
        }
    }
}
