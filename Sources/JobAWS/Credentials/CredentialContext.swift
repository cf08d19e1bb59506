internal import JobCore
internal import JobTransport
internal import Logging

/// What sources of credentials need to ask others.
struct CredentialContext: Sendable {
    var environment: AWSEnvironment
    var region: AWSRegion
    var endpoints: AWSEndpoints
    var transport: any HTTPTransport
    var time: TimeSource
    var random: RandomSource
    var logger: Logger
    var metadata: MetadataClient

    /// A client for taking roles with these credentials.
    func sts(_ credentials: any CredentialProvider) -> STSClient {
        STSClient(
            AWSClient(
                region: region, credentials: credentials, endpoints: endpoints, transport: transport, time: time,
                random: random, logger: logger))
    }

    /// All sources in AWS's order.
    ///
    /// - Parameters:
    ///   - files: the shared files.
    ///   - profile: the profile to read in them.
    ///   - isExplicit: whether the program itself has named it, which outdoes keys in the environment.
    ///   - isNamed: whether somebody has named it.
    func chain(files: ProfileFiles, profile: String, isExplicit: Bool, isNamed: Bool) -> CredentialChain {
        func part(_ part: ProfileCredentials.Part) -> ProfileCredentials {
            ProfileCredentials(name: profile, isNamed: isNamed, part: part, files: files, context: self)
        }
        var providers: [any CredentialProvider] = isExplicit ? [] : [EnvironmentCredentials(environment)]
        providers.append(part(.role))
        if !isExplicit, let file = environment["AWS_WEB_IDENTITY_TOKEN_FILE"], let role = environment["AWS_ROLE_ARN"] {
            providers.append(
                WebIdentityCredentials(
                    roleARN: role, sessionName: environment["AWS_ROLE_SESSION_NAME"] ?? "jobkit", tokenFile: file,
                    environment: environment, sts: sts(StaticCredentials(accessKeyID: "", secretAccessKey: ""))))
        }
        providers.append(part(.keys))
        providers.append(ContainerCredentials(environment, transport: transport, time: time))
        providers.append(InstanceCredentials(metadata))
        return CredentialChain(providers)
    }
}
