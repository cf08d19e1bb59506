/// The credentials that a profile of the shared files describes: keys, a program, or a role that is taken with another
/// profile's.
struct ProfileCredentials: CredentialProvider {
    /// Which of a profile's ways are meant; a role comes before other sources, the rest after them.
    enum Part {
        case role, keys
    }

    let name: String
    /// Whether somebody has named it, so that its absence is a mistake.
    let isNamed: Bool
    let part: Part
    let files: ProfileFiles
    let context: CredentialContext

    private static let deepest = 10

    func credentials() async throws -> AWSCredentials {
        guard let settings = files[name] else {
            let detail = "there is no such profile in ~/.aws/config or ~/.aws/credentials"
            throw CredentialTrouble(isNamed ? .unusable : .absent, source: "profile \(name)", detail: detail)
        }
        switch part {
        case .role:
            guard settings["role_arn"] != nil else {
                throw CredentialTrouble(.absent, source: "profile \(name)", detail: "it has no role_arn")
            }
            return try await role(name, settings, path: [name]).credentials()
        case .keys:
            return try await keys(name, settings).credentials()
        }
    }

    /// The provider of a profile's own keys.
    private func keys(_ name: String, _ settings: [String: String]) throws -> any CredentialProvider {
        let source = "profile \(name)"
        if let id = settings["aws_access_key_id"] {
            guard let secret = settings["aws_secret_access_key"], !id.isEmpty, !secret.isEmpty else {
                throw CredentialTrouble(
                    .unusable, source: source, detail: "it has aws_access_key_id and no aws_secret_access_key")
            }
            return StaticCredentials(
                accessKeyID: id, secretAccessKey: secret, sessionToken: settings["aws_session_token"])
        }
        if let command = settings["credential_process"] {
            return ProcessCredentials(command, profile: name, environment: context.environment, time: context.time)
        }
        if settings["sso_session"] != nil || settings["sso_start_url"] != nil || settings["login_session"] != nil {
            throw CredentialTrouble(
                .unusable, source: source,
                detail: "it logs a person in; add to another profile: credential_process = "
                    + "aws configure export-credentials --profile \(name) --format process")
        }
        throw CredentialTrouble(
            .absent, source: source, detail: "it has no aws_access_key_id and no credential_process")
    }

    /// The provider of the role that a profile takes.
    private func role(
        _ name: String, _ settings: [String: String], path: [String]
    ) throws -> any CredentialProvider {
        let source = "profile \(name)"
        let arn = settings["role_arn"] ?? ""
        let session = settings["role_session_name"] ?? "jobkit"
        if let file = settings["web_identity_token_file"] {
            return WebIdentityCredentials(
                roleARN: arn, sessionName: session, tokenFile: file, environment: context.environment,
                sts: context.sts(StaticCredentials(accessKeyID: "", secretAccessKey: "")))
        }
        guard settings["mfa_serial"] == nil else {
            throw CredentialTrouble(
                .unusable, source: source,
                detail: "mfa_serial needs a person at each start; use credential_process, or a role without it")
        }
        var request = AssumeRoleRequest(roleARN: arn, sessionName: session, externalID: settings["external_id"])
        if let text = settings["duration_seconds"] {
            guard let seconds = Int(text), (900...43_200).contains(seconds) else {
                throw CredentialTrouble(
                    .unusable, source: source, detail: "duration_seconds must be a number from 900 to 43200")
            }
            request.duration = .seconds(seconds)
        }
        return RoleCredentials(request, sts: context.sts(try base(name, settings, path: path)))
    }

    /// The provider that may take the role of a profile.
    private func base(
        _ name: String, _ settings: [String: String], path: [String]
    ) throws -> any CredentialProvider {
        let source = "profile \(name)"
        switch (settings["source_profile"], settings["credential_source"]) {
        case (let other?, nil):
            guard let next = files[other] else {
                throw CredentialTrouble(.unusable, source: source, detail: "source_profile \(other) does not exist")
            }
            // A profile may name itself when it also has keys.
            if other == name || next["role_arn"] == nil { return try keys(other, next) }
            guard !path.contains(other), path.count < Self.deepest else {
                throw CredentialTrouble(
                    .unusable, source: source, detail: "source_profile goes round in a circle at \(other)")
            }
            return CachedCredentials(try role(other, next, path: path + [other]), time: context.time)
        case (nil, "Environment"?): return EnvironmentCredentials(context.environment)
        case (nil, "Ec2InstanceMetadata"?): return InstanceCredentials(context.metadata)
        case (nil, "EcsContainer"?):
            return ContainerCredentials(context.environment, transport: context.transport, time: context.time)
        case (nil, let word?):
            throw CredentialTrouble(
                .unusable, source: source,
                detail:
                    "credential_source \(word) is unknown; there are Environment, Ec2InstanceMetadata and EcsContainer")
        default:
            throw CredentialTrouble(
                .unusable, source: source,
                detail: "role_arn needs one of source_profile, credential_source and web_identity_token_file")
        }
    }
}
