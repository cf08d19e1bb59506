public import JobCore
public import JobTransport
public import Logging

extension AWSClient {
    /// A client as the environment and the shared files describe it, the way of AWS's own programs.
    ///
    /// The region comes from the argument, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile, or the instance's metadata.
    /// Credentials come from the environment, the profile (keys, a role, a web identity, a program), the container's
    /// endpoint, or the instance's role; they are asked for at the first call.
    ///
    /// - Parameters:
    ///   - environment: variables and files.
    ///   - profile: the profile; nil for `AWS_PROFILE`, or `default`.
    ///   - region: the region; nil to look for it.
    ///   - endpoints: where the services are; nil for what the environment says.
    ///   - transport: sends the requests.
    ///   - retry: how calls are repeated.
    ///   - time: the clock.
    ///   - random: for the waits.
    ///   - logger: told of repeats.
    /// - Throws: ``AWSConfigurationError`` when there is no region or a setting is wrong.
    public static func resolved(
        environment: AWSEnvironment = .process, profile: String? = nil, region: AWSRegion? = nil,
        endpoints: AWSEndpoints? = nil, transport: any HTTPTransport, retry: AWSRetry = .standard,
        time: TimeSource = .system, random: RandomSource = .system, logger: Logger = .silent
    ) async throws -> AWSClient {
        let files = try ProfileFiles(environment)
        let named = profile ?? environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"]
        let settings = files[named ?? "default"] ?? [:]
        let metadata = MetadataClient(
            transport: transport, environment: environment, timeout: .seconds(1), attempts: 2, time: time,
            random: random)
        let place = try await resolvedRegion(region, environment, settings, metadata)
        let context = CredentialContext(
            environment: environment, region: place,
            endpoints: endpoints ?? AWSEndpoints(environment: environment, profile: settings), transport: transport,
            time: time, random: random, logger: logger, metadata: metadata)
        let chain = context.chain(
            files: files, profile: named ?? "default", isExplicit: profile != nil, isNamed: named != nil)
        return AWSClient(
            region: place, credentials: chain, endpoints: context.endpoints, transport: transport, retry: retry,
            time: time, random: random, logger: logger)
    }

    private static func resolvedRegion(
        _ given: AWSRegion?, _ environment: AWSEnvironment, _ settings: [String: String], _ metadata: MetadataClient
    ) async throws -> AWSRegion {
        if let given { return given }
        let places = [
            ("AWS_REGION", environment["AWS_REGION"]), ("AWS_DEFAULT_REGION", environment["AWS_DEFAULT_REGION"]),
            ("the profile's region", settings["region"]),
        ]
        for case (let place, let text?) in places {
            guard let region = AWSRegion(text) else {
                throw AWSConfigurationError("\(place) is no name of a region: \(text.prefix(64).debugDescription)")
            }
            return region
        }
        do {
            return try await metadata.region()
        } catch let trouble as MetadataTrouble {
            throw AWSConfigurationError(
                "no region is set; set AWS_REGION, or region in the profile (\(trouble.description))")
        }
    }
}
