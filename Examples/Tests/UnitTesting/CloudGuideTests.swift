import JobAWS
import JobCore
import JobTesting
import Testing

/// The lines of `Docs/testing.md` on EC2.
@Suite(.timeLimit(.minutes(1)))
struct CloudGuideTests {
    private func client(_ ec2: FakeEC2, _ time: ManualTime) -> EC2Client {
        let credentials = StaticCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")
        return EC2Client(
            AWSClient(region: .usEast1, credentials: credentials, transport: ec2.transport, time: time.source))
    }

    @Test func `an instance that is taken back`() async throws {
        let time = ManualTime()
        let ec2 = FakeEC2(time: time.source)
        let credentials = StaticCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")
        let client = EC2Client(
            AWSClient(region: .usEast1, credentials: credentials, transport: ec2.transport, time: time.source))

        let settings = LaunchSettings(imageID: "ami-0arm64", instanceType: "c7g.large")
        let request = RunInstancesRequest(clientToken: "job-7/1", settings: settings)
        let id = try await client.runInstances(request)[0].id
        #expect(try await client.runInstances(request)[0].id == id, "a client token launches once")
        time.advance(by: .seconds(5))
        #expect(ec2[id]?.state == .running)

        ec2.interrupt(id)
        let metadata = try #require(ec2.metadata(of: id))
        let service = MetadataClient(transport: metadata.transport, environment: AWSEnvironment([:]), time: time.source)
        var notices = InterruptionMonitor(service, time: time.source).notices().makeAsyncIterator()
        #expect(await notices.next() == .interruption(.terminate, at: time.now + .seconds(120)))

        time.advance(by: .seconds(120))
        #expect(try await client.describeInstances(ids: [id])[0].stateReasonCode == "Server.SpotInstanceTermination")
        #expect(ec2.dollars == 0, "in its first hour")
    }

    @Test func `what goes wrong`() async throws {
        let time = ManualTime()
        let ec2 = FakeEC2(time: time.source)
        let client = client(ec2, time)

        ec2.faults.capacity = [
            FakeEC2.Capacity(0, lifecycle: .spot, until: .seconds(600)),
            FakeEC2.Capacity(2, type: "c7g.large", zone: "us-east-1b"),
        ]
        ec2.faults.replies = [
            FakeEC2.Reply(.error(code: "RequestLimitExceeded"), calls: 10...19),
            FakeEC2.Reply(.lost, to: "CreateFleet", calls: 1...1),
        ]
        ec2.faults.instances = [
            FakeEC2.InstanceFault(.interrupted(after: .seconds(900)), launches: 1...3),
            FakeEC2.InstanceFault(.dies(after: .seconds(900)), zone: "us-east-1c"),
            FakeEC2.InstanceFault(.neverBoots, launches: 7...7),
            FakeEC2.InstanceFault(.metadata(FakeIMDS.Fault(.status(503), to: "spot/", calls: 1...3))),
        ]
        ec2.faults.invisible = .seconds(30)

        let settings = LaunchSettings(imageID: "ami-0arm64", instanceType: "m7g.large")
        await #expect(throws: AWSError.self) {
            try await client.runInstances(RunInstancesRequest(clientToken: "job-8/1", settings: settings))
        }
        #expect(ec2.calls.map(\.outcome) == ["InsufficientInstanceCapacity"], "and was not repeated")
    }
}
