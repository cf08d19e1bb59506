import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

struct ResolutionTests {
    func client(
        _ variables: [String: String], config: String = "", region: AWSRegion? = nil,
        transport: any HTTPTransport = ScriptedTransport([])
    ) async throws -> AWSClient {
        let environment = AWSEnvironment(variables: variables.merging(["AWS_CONFIG_FILE": "/c"]) { $1 }) { path in
            path == "/c" ? Array(config.utf8) : nil
        }
        return try await AWSClient.resolved(
            environment: environment, region: region, transport: transport, time: FastTime().source)
    }

    @Test func regionsComeFromTheNearestPlace() async throws {
        let config = "[default]\nregion = eu-west-1\n"
        let all = ["AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-3"]
        #expect(try await client(all, config: config, region: .usEast1).region == .usEast1)
        #expect(try await client(all, config: config).region.name == "eu-west-2")
        #expect(try await client(["AWS_DEFAULT_REGION": "eu-west-3"], config: config).region.name == "eu-west-3")
        #expect(try await client([:], config: config).region.name == "eu-west-1")
        let instance = FakeIMDS()
        #expect(try await client([:], transport: instance.transport).region == .usEast1)
    }

    @Test func aMissingOrWrongRegionIsTold() async throws {
        await #expect(throws: AWSConfigurationError.self) { try await client(["AWS_EC2_METADATA_DISABLED": "true"]) }
        await #expect(throws: AWSConfigurationError.self) { try await client(["AWS_REGION": "evil.example/"]) }
    }

    @Test func endpointsComeFromTheEnvironmentAndTheProfile() async throws {
        let config = "[default]\nregion = eu-west-1\nendpoint_url = http://profile:1/\n"
        let own = try await client(
            ["AWS_ENDPOINT_URL_EC2": "http://ec2:2", "AWS_ENDPOINT_URL": "http://all:3"], config: config
        ).endpoints
        #expect(own.services["ec2"] == "http://ec2:2")
        #expect(own.all == "http://all:3")
        #expect(try await client([:], config: config).endpoints.all == "http://profile:1/")
    }

    @Test(arguments: [
        ("eu-central-1", false, "https://ec2.eu-central-1.amazonaws.com/"),
        ("eu-central-1", true, "https://ec2.eu-central-1.api.aws/"),
        ("cn-north-1", false, "https://ec2.cn-north-1.amazonaws.com.cn/"),
    ])
    func callsGoToTheRegion(name: String, isDualStack: Bool, url: String) async throws {
        let transport = ScriptedTransport([.on(.post, url, respond: 200, body: Answer.noInstances)])
        let region = try #require(AWSRegion(name))
        let client = AWSClient(
            region: region, credentials: StaticCredentials.test, endpoints: AWSEndpoints(isDualStack: isDualStack),
            transport: transport)
        _ = try await EC2Client(client).describeInstances(filters: [])
        try transport.verifyComplete()
    }

    @Test func endpointsThatAreNoURLAreTold() async throws {
        let client = AWSClient.test(ScriptedTransport([]), endpoint: "localhost:5000")
        await #expect(throws: AWSConfigurationError.self) { try await EC2Client(client).describeSubnets() }
    }
}
