internal import JobCore

/// Calls to the Security Token Service: who am I, and taking roles.
///
/// They throw ``AWSError``, ``CredentialTrouble``, ``AWSConfigurationError`` and `CancellationError`.
public struct STSClient: Sendable {
    /// The core that it calls through.
    public let client: AWSClient

    /// Makes a client.
    public init(_ client: AWSClient) {
        self.client = client
    }

    /// Whose credentials these are; allowed to everybody, so a good test of them.
    public func callerIdentity() async throws -> CallerIdentity {
        let result = try await call("GetCallerIdentity", QueryForm())
        return CallerIdentity(
            account: result.text("Account") ?? "", arn: result.text("Arn") ?? "", userID: result.text("UserId") ?? "")
    }

    /// Takes a role.
    public func assumeRole(_ request: AssumeRoleRequest) async throws -> AWSCredentials {
        var form = QueryForm()
        form.add("RoleArn", request.roleARN)
        form.add("RoleSessionName", request.sessionName)
        form.add("DurationSeconds", request.duration.map { Int($0.wholeMicroseconds / 1_000_000) })
        form.add("ExternalId", request.externalID)
        return try credentials(try await call("AssumeRole", form), "AssumeRole")
    }

    /// Takes a role with a token of somebody whom AWS trusts; needs no credentials.
    public func assumeRole(
        _ roleARN: String, sessionName: String, webIdentityToken: String
    ) async throws -> AWSCredentials {
        var form = QueryForm()
        form.add("RoleArn", roleARN)
        form.add("RoleSessionName", sessionName)
        form.add("WebIdentityToken", webIdentityToken)
        let operation = "AssumeRoleWithWebIdentity"
        return try credentials(try await call(operation, form, isSigned: false), operation)
    }

    private func call(_ operation: String, _ form: QueryForm, isSigned: Bool = true) async throws -> XMLNode {
        var call = AWSCall.form(.sts, operation, version: "2011-06-15", form)
        call.isSigned = isSigned
        call.maximumAnswer = 1 << 20
        let answer = try await client.send(call)
        guard let root = try? XMLReader.parse(answer.body), let result = root["\(operation)Result"] else {
            throw badAnswer(operation)
        }
        return result
    }

    private func credentials(_ result: XMLNode, _ operation: String) throws -> AWSCredentials {
        guard let keys = result["Credentials"], let id = keys.text("AccessKeyId"),
            let secret = keys.text("SecretAccessKey"), let token = keys.text("SessionToken"),
            let end = keys.text("Expiration").flatMap({ Timestamp($0) })
        else { throw badAnswer(operation) }
        return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token, expiresAt: end)
    }

    private func badAnswer(_ operation: String) -> AWSError {
        AWSError(
            service: "sts", operation: operation, code: AWSError.ClientCode.badAnswer,
            message: "the answer is not what \(operation) answers", category: .other)
    }
}

/// Whose credentials are used.
public struct CallerIdentity: Hashable, Sendable {
    /// The account's number.
    public var account: String
    /// The user's or the role session's name in AWS.
    public var arn: String
    /// The id of the user or role session.
    public var userID: String
}

/// A role to take, and how long.
public struct AssumeRoleRequest: Hashable, Sendable {
    /// The role's name in AWS.
    public var roleARN: String
    /// A name for the session, 2 to 64 of `A-Z a-z 0-9 _ + = , . @ -`; shown in AWS's logs.
    public var sessionName: String
    /// How long the credentials are good, at least 15 minutes; nil for an hour.
    public var duration: Duration?
    /// What the role's owner has agreed on with somebody else's account.
    public var externalID: String?

    /// Makes a request.
    public init(roleARN: String, sessionName: String = "jobkit", duration: Duration? = nil, externalID: String? = nil) {
        self.roleARN = roleARN
        self.sessionName = sessionName
        self.duration = duration
        self.externalID = externalID
    }
}
