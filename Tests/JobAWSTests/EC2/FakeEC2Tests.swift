import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

/// Our client and our fake of EC2 together, through the faults that moto does not have.
struct FakeEC2Tests {
    let time = FastTime()

    func ec2(_ fake: FakeEC2, credentials: any CredentialProvider = StaticCredentials.test) -> EC2Client {
        EC2Client(.test(fake.transport, credentials: credentials, time: time.source))
    }

    static let settings = LaunchSettings(imageID: "ami-0arm64", instanceType: "c7g.large")

    @Test func launchesWatchesAndEndsOneSpotInstance() async throws {
        let fake = FakeEC2(time: time.source)
        let ec2 = ec2(fake)
        let request = RunInstancesRequest(clientToken: "t", settings: Self.settings)
        let id = try #require(try await ec2.runInstances(request).first?.id)
        let running = try await ec2.waitFor([.running], of: id)
        #expect(running.lifecycle == .spot)
        let spot = try #require(running.spotInstanceRequestID)
        #expect(try await ec2.describeSpotInstanceRequests(ids: [spot]).first?.instanceID == id)
        try await ec2.terminateInstances([id])
        #expect(try await ec2.waitFor([.terminated], of: id).stateReasonCode == "Client.UserInitiatedShutdown")
    }

    @Test func aLostReplyLaunchesNothingTwice() async throws {
        let fake = FakeEC2(time: time.source)
        fake.faults.replies = [FakeEC2.Reply(.lost, to: "RunInstances", calls: 1...2)]
        let request = RunInstancesRequest(clientToken: "t", settings: Self.settings)
        let launched = try await ec2(fake).runInstances(request)
        #expect(fake.instances.map(\.id) == launched.map(\.id))
        #expect(launched.count == 1)
        #expect(fake.calls.count == 3)
    }

    @Test func otherParametersUnderATokenAreAMismatch() async throws {
        let fake = FakeEC2(time: time.source)
        let ec2 = ec2(fake)
        _ = try await ec2.runInstances(RunInstancesRequest(clientToken: "t", settings: Self.settings))
        let error = await #expect(throws: AWSError.self) {
            try await ec2.runInstances(RunInstancesRequest(clientToken: "t", settings: Self.settings, count: 2))
        }
        #expect(error?.category == .idempotencyMismatch)
        #expect(try await ec2.describeInstances(filters: [.clientToken("t")]).count == 1)
    }

    @Test func noCapacityIsToldAtOnce() async throws {
        let fake = FakeEC2(time: time.source)
        fake.faults.capacity = [FakeEC2.Capacity(0)]
        let error = await #expect(throws: AWSError.self) {
            try await ec2(fake).runInstances(RunInstancesRequest(clientToken: "t", settings: Self.settings))
        }
        #expect(error?.category == .capacity)
        #expect(error?.httpStatus == 500)
        #expect(fake.calls.count == 1)
        #expect(time.slept.isEmpty)
    }

    @Test func aFleetWithoutCapacityTellsOfEachPool() async throws {
        let fake = FakeEC2(time: time.source)
        let ec2 = ec2(fake)
        _ = try await ec2.createLaunchTemplate(
            name: "jobkit-1", settings: LaunchSettings(imageID: "ami-0arm64"), clientToken: "c")
        fake.faults.capacity = [FakeEC2.Capacity(0, type: "c7g.large")]
        func request(_ token: String, _ types: [String]) -> CreateFleetRequest {
            CreateFleetRequest(
                clientToken: token, launchTemplate: .named("jobkit-1"),
                overrides: fake.configuration.subnets.flatMap { subnet in
                    types.map { FleetOverride(instanceType: $0, subnetID: subnet.id) }
                }, count: 2, lifecycle: .spot)
        }
        let none = try await ec2.createFleet(request("t-1", ["c7g.large"]))
        #expect(none.instances.isEmpty)
        #expect(Set(none.errors.map(\.category)) == [.capacity])
        #expect(Set(none.errors.compactMap(\.subnetID)) == Set(fake.configuration.subnets.map(\.id)))
        let some = try await ec2.createFleet(request("t-2", ["c7g.large", "m7g.large"]))
        #expect(some.instanceIDs.count == 2)
        #expect(some.instances.allSatisfy { $0.instanceType == "m7g.large" && $0.subnetID != nil })
    }

    @Test func throttlingStormsAreWaitedOut() async throws {
        let fake = FakeEC2(time: time.source)
        fake.faults.replies = [
            FakeEC2.Reply(.error(code: "RequestLimitExceeded"), to: "DescribeInstances", calls: 1...2)
        ]
        #expect(try await ec2(fake).describeInstances(filters: []).isEmpty)
        #expect(fake.calls.count == 3)
    }

    @Test(arguments: [Duration.seconds(5_400), .seconds(-5_400)])
    func wrongClocksAreSet(offset: Duration) async throws {
        let fake = FakeEC2(time: time.source)
        fake.faults.clockOffset = offset
        let ec2 = ec2(fake)
        #expect(try await ec2.describeInstances(filters: []).isEmpty)
        #expect(try await ec2.describeInstances(filters: []).isEmpty)
        #expect(fake.calls.count == 3)
    }

    @Test func expiredCredentialsAreRenewed() async throws {
        let fake = FakeEC2(time: time.source)
        fake.faults.expiredCredentials = ["AKID1": .zero]
        let provider = CountingProvider(life: nil, time: time)
        #expect(try await ec2(fake, credentials: provider).describeInstances(filters: []).isEmpty)
        #expect(fake.calls.map(\.accessKeyID) == ["AKID1", "AKID2"])
    }

    @Test func instancesThatAreNotKnownYetAreWaitedFor() async throws {
        let fake = FakeEC2(time: time.source)
        fake.faults.invisible = .seconds(40)
        let ec2 = ec2(fake)
        let id = try await ec2.runInstances(RunInstancesRequest(clientToken: "t", settings: Self.settings))[0].id
        #expect(try await ec2.waitFor([.running], of: id).id == id)
        await #expect(throws: AWSError.self) {
            try await ec2.waitFor([.running], of: "i-0123456789abcdef0", within: .seconds(30))
        }
    }
}
