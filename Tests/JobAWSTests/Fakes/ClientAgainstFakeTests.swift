import JobAWS
import JobCore
import JobTesting
import Testing

/// Our clients against the fake EC2, which refuses what EC2 would not understand; boto3 judges the fake itself.
@Suite(.timeLimit(.minutes(1)))
struct ClientAgainstFakeTests {
    let time = ManualTime()
    let fake: FakeEC2
    let core: AWSClient
    let ec2: EC2Client

    init() {
        fake = FakeEC2(time: time.source)
        core = AWSClient(
            region: .usEast1, credentials: StaticCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret"),
            transport: fake.transport, retry: .never, time: time.source)
        ec2 = EC2Client(core)
    }

    private var settings: LaunchSettings {
        var settings = LaunchSettings(imageID: "ami-0arm64", userData: Array("#!/bin/sh\n".utf8))
        settings.instanceProfile = "worker"
        settings.securityGroups = ["sg-1"]
        settings.hasPublicIP = true
        settings.volumes = [LaunchVolume(deviceName: "/dev/xvda", size: 30)]
        settings.tags = [ResourceTags(.instance, ["owner": "test"]), ResourceTags(.volume, ["owner": "test"])]
        return settings
    }

    @Test func `a fleet is launched from a template, listed, tagged and ended`() async throws {
        _ = try await ec2.createLaunchTemplate(
            name: "launch-1", settings: settings, clientToken: "launch-1", tags: ["owner": "test"])
        var request = CreateFleetRequest(
            clientToken: "launch-1", launchTemplate: .named("launch-1"),
            overrides: [
                FleetOverride(instanceType: "c7g.large", subnetID: "subnet-0a"),
                FleetOverride(instanceType: "m7g.large", subnetID: "subnet-0b", priority: 2),
            ], count: 2, lifecycle: .spot)
        request.tags = [ResourceTags(.instance, ["fleet": "f"])]
        let reply = try await ec2.createFleet(request)
        #expect(reply.errors.isEmpty)
        #expect(reply.instanceIDs == fake.instances.map(\.id))
        #expect(try await ec2.createFleet(request) == reply, "the same token gives the same fleet")

        let found = try await ec2.describeInstances(filters: [.tag("owner", "test"), .states([.pending, .running])])
        #expect(found.map(\.id) == reply.instanceIDs)
        #expect(found.allSatisfy { $0.tags["fleet"] == "f" && $0.lifecycle == .spot && $0.clientToken == "launch-1" })
        #expect(found.allSatisfy { $0.launchTime == time.now && $0.publicIP != nil })
        try await ec2.createTags(["mark": "1"], on: reply.instanceIDs)
        let requests = try await ec2.describeSpotInstanceRequests(ids: found.compactMap(\.spotInstanceRequestID))
        #expect(Set(requests.compactMap(\.instanceID)) == Set(reply.instanceIDs))
        #expect(try await ec2.describeVolumes(filters: [.tag("owner", "test")]).count == 2)

        #expect(try await ec2.describeLaunchTemplates(filters: [.tag("owner", "test")]).map(\.name) == ["launch-1"])
        try await ec2.deleteLaunchTemplate(.named("launch-1"))
        #expect(fake.launchTemplates.isEmpty)
        try await ec2.cancelSpotInstanceRequests(requests.map(\.id))
        let states = try await ec2.terminateInstances(reply.instanceIDs)
        #expect(Set(states.values) == [.shuttingDown])
        time.advance(by: .seconds(5))
        #expect(try await ec2.describeInstances(ids: reply.instanceIDs).allSatisfy { $0.state == .terminated })
    }

    @Test func `no capacity is an answer of a fleet and an error of a launch`() async throws {
        fake.faults.capacity = [FakeEC2.Capacity(0)]
        _ = try await ec2.createLaunchTemplate(name: "empty", settings: settings, clientToken: "t")
        let request = CreateFleetRequest(
            clientToken: "t", launchTemplate: .named("empty"),
            overrides: [FleetOverride(instanceType: "c7g.large", subnetID: "subnet-0a")], count: 1, lifecycle: .spot)
        let reply = try await ec2.createFleet(request)
        #expect(reply.instances.isEmpty)
        #expect(reply.errors.map(\.code) == ["InsufficientInstanceCapacity"])
        #expect(reply.errors.map(\.instanceType) == ["c7g.large"])
        var one = settings
        one.instanceType = "c7g.large"
        let launch = RunInstancesRequest(clientToken: "u", settings: one)
        let error = await #expect(throws: AWSError.self) { try await ec2.runInstances(launch) }
        #expect(error?.category == .capacity)
        #expect(error?.requestID != nil)
    }

    @Test func `types, offerings, subnets, prices, parameters and the caller are read`() async throws {
        let types = try await ec2.describeInstanceTypes(["c7g.large"])
        #expect(types.map(\.vcpus) == [2])
        #expect(types.map(\.memory) == [4_096])
        #expect(types.map(\.architectures) == [["arm64"]])
        #expect(types.map(\.isSpot) == [true])
        #expect(Set(try await ec2.describeInstanceTypeOfferings(["c7g.large"]).map(\.availabilityZone)).count == 3)
        #expect(try await ec2.describeSubnets().map(\.availabilityZone) == fake.configuration.zones)
        let prices = try await ec2.describeSpotPriceHistory(
            types: ["c7g.large"], availabilityZone: "us-east-1a", start: time.now)
        #expect(prices.map(\.dollars) == [fake.spotPrice(of: "c7g.large", in: "us-east-1a", at: time.now)])
        #expect(try await SSMClient(core).amazonLinuxImage(architecture: "arm64") == "ami-0arm64")
        #expect(try await SSMClient(core).parameter("/none") == nil)
        #expect(try await STSClient(core).callerIdentity().account == "123456789012")
    }
}
