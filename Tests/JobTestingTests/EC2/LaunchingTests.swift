import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LaunchingTests {
    let time = ManualTime()
    let ec2: FakeEC2
    let call: EC2Caller

    init() {
        ec2 = FakeEC2(time: time.source)
        call = EC2Caller(ec2, time)
    }

    @Test func `an instance is pending, runs after a while, and ends in two steps`() async throws {
        let id = try await call.launch()
        #expect(ec2[id]?.state == .pending)
        time.advance(by: .seconds(5))
        #expect(try await call("DescribeInstances", ["InstanceId.1": id])["name"] == "running")

        let ending = try await call("TerminateInstances", ["InstanceId.1": id])
        #expect(ending.all("name") == ["shutting-down", "running"])
        time.advance(by: .seconds(5))
        let ended = try await call("DescribeInstances", ["InstanceId.1": id])
        #expect(ended["name"] == "terminated")
        #expect(ended.text.contains("<stateReason><code>Client.UserInitiatedShutdown</code>"))
        #expect(try await call("TerminateInstances", ["InstanceId.1": id]).status == 200, "ending twice is fine")

        time.advance(by: .seconds(3_600))
        #expect(try await call("DescribeInstances", ["InstanceId.1": id])["Code"] == "InvalidInstanceID.NotFound")
    }

    @Test func `a client token launches once, refuses other parameters, and dies with its instance`() async throws {
        let parameters = EC2Caller.spotLaunch.merging(["ClientToken": "launch-1"]) { $1 }
        let id = try await call.launch(parameters)
        #expect(try await call.launch(parameters) == id)
        let other = parameters.merging(["InstanceType": "c7g.xlarge"]) { $1 }
        #expect(try await call("RunInstances", other)["Code"] == "IdempotentParameterMismatch")
        #expect(ec2.instances.count == 1)
        let found = try await call(
            "DescribeInstances", ["Filter.1.Name": "client-token", "Filter.1.Value.1": "launch-1"])
        #expect(found.all("instanceId") == [id])

        try await call("TerminateInstances", ["InstanceId.1": id])
        time.advance(by: .seconds(5))
        #expect(try await call("RunInstances", parameters)["Code"] == "IdempotentInstanceTerminated")
    }

    @Test func `a power-off terminates or stops, as the launch said`() async throws {
        let one = try await call.launch()
        let other = try await call.launch(EC2Caller.launch.filter { $0.key != "InstanceInitiatedShutdownBehavior" })
        time.advance(by: .seconds(5))
        ec2.powerOff(one)
        ec2.powerOff(other)
        time.advance(by: .seconds(5))
        #expect(ec2[one]?.state == .terminated)
        #expect(ec2[one]?.reason?.code == "Client.InstanceInitiatedShutdown")
        #expect(ec2[other]?.state == .stopped, "and its volume is still paid for")
        let volumes = try await call("DescribeVolumes")
        #expect(volumes.all("instanceId") == [other])
    }

    @Test func `volumes besides the root outlive their instance unless told otherwise`() async throws {
        let id = try await call.launch(
            EC2Caller.launch.merging([
                "BlockDeviceMapping.1.DeviceName": "/dev/sdf", "BlockDeviceMapping.1.Ebs.VolumeSize": "30",
            ]) { $1 })
        try await call("TerminateInstances", ["InstanceId.1": id])
        time.advance(by: .seconds(5))
        let left = try await call("DescribeVolumes", ["Filter.1.Name": "status", "Filter.1.Value.1": "available"])
        let volume = try #require(left["volumeId"])
        #expect(left.all("size") == ["30"])
        try await call("DeleteVolume", ["VolumeId": volume])
        #expect(try await call("DescribeVolumes").all("volumeId").isEmpty)
    }

    @Test func `a list comes in pages, and filters choose by tag and state`() async throws {
        for number in 1...12 {
            _ = try await call.launch(
                EC2Caller.launch.merging([
                    "TagSpecification.1.ResourceType": "instance", "TagSpecification.1.Tag.1.Key": "parity",
                    "TagSpecification.1.Tag.1.Value": number.isMultiple(of: 2) ? "even" : "odd",
                ]) { $1 })
        }
        var found: [String] = []
        var parameters = ["MaxResults": "5"]
        repeat {
            let page = try await call("DescribeInstances", parameters)
            found += page.all("instanceId")
            parameters["NextToken"] = page["nextToken"]
        } while parameters["NextToken"] != nil
        #expect(found == ec2.instances.map(\.id))

        try await call("TerminateInstances", ["InstanceId.1": found[0]])
        let filtered = try await call(
            "DescribeInstances",
            [
                "Filter.1.Name": "tag:parity", "Filter.1.Value.1": "o*", "Filter.2.Name": "instance-state-name",
                "Filter.2.Value.1": "pending", "Filter.2.Value.2": "running",
            ])
        #expect(filtered.all("instanceId") == [2, 4, 6, 8, 10].map { found[$0] })
        let wrong = try await call("DescribeInstances", ["Filter.1.Name": "colour", "Filter.1.Value.1": "red"])
        #expect(wrong["Code"] == "InvalidParameterValue")
        #expect(try await call("DescribeInstances", ["MaxResults": "4"])["Code"] == "InvalidParameterValue")
    }

    @Test func `a launch that cannot be is refused before anything is launched`() async throws {
        let cases: [([String: String], String)] = [
            (["ImageId": "ami-0none"], "InvalidAMIID.NotFound"), (["ImageId": "ami-0x8664"], "InvalidParameterValue"),
            (["InstanceType": "z9.huge"], "InvalidParameterValue"),
            (["SubnetId": "subnet-9"], "InvalidSubnetID.NotFound"),
            (["UserData": "%%%"], "InvalidUserData.Malformed"), (["DryRun": "true"], "DryRunOperation"),
            (["UserData": String(repeating: "AAAA", count: 5_462)], "InvalidParameterValue"),
            (["ClientToken": String(repeating: "a", count: 65)], "InvalidParameterValue"),
            (["InstanceTyp": "c7g.large"], "UnknownParameter"),
            (
                [
                    "TagSpecification.1.ResourceType": "instance", "TagSpecification.1.Tag.1.Key": "aws:x",
                    "TagSpecification.1.Tag.1.Value": "1",
                ], "InvalidParameterValue"
            ),
        ]
        for (parameters, code) in cases {
            let answer = try await call("RunInstances", EC2Caller.launch.merging(parameters) { $1 })
            #expect(answer["Code"] == code, "\(parameters.keys): \(answer.text)")
        }
        #expect(ec2.instances.isEmpty)
    }

    @Test func `the image can be named by a parameter, and one of SSM is told to whoever asks`() async throws {
        let name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
        let id = try await call.launch(EC2Caller.launch.merging(["ImageId": "resolve:ssm:\(name)"]) { $1 })
        #expect(ec2[id]?.imageID == "ami-0arm64")
    }
}
