import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

extension MotoTests {
    /// Our client, judged by moto: what it takes and gives is what boto3's users see.
    @Suite struct MotoEC2Tests {
        @Test func launchesWatchesAndEndsOneSpotInstance() async throws {
            try await MotoServer.run { server, transport in
                let ec2 = EC2Client(server.client(transport))
                var settings = LaunchSettings(
                    imageID: "ami-12c6146b", instanceType: "m5.large",
                    userData: Array("#!/bin/sh\necho ü * ~ %2f+\n".utf8))
                settings.volumes = [LaunchVolume(deviceName: "/dev/sda1", size: 30)]
                settings.tags = [ResourceTags(.instance, ["Name": "a b/c*~+ü", "jobkit:owner": "me"])]
                let launched = try await ec2.runInstances(RunInstancesRequest(clientToken: "t-1", settings: settings))
                let id = try #require(launched.first?.id)
                let running = try await ec2.waitFor([.running], of: id)
                #expect(running.lifecycle == .spot)
                #expect(running.type == "m5.large")
                #expect(running.tags == ["Name": "a b/c*~+ü", "jobkit:owner": "me"])
                #expect(running.clientToken == "t-1")
                #expect(running.availabilityZone.hasPrefix("us-east-1"))
                let tagged = try await ec2.describeInstances(filters: [
                    .tag("jobkit:owner", "me"), .states([.pending, .running]),
                ])
                #expect(tagged.map(\.id) == [id])
                try await ec2.createTags(["jobkit:orphan": "1"], on: [id])
                #expect(try await ec2.describeInstances(ids: [id]).first?.tags["jobkit:orphan"] == "1")
                #expect(try await ec2.describeInstanceStatus(ids: [id]).first?.state == .running)
                #expect(try await ec2.terminateInstances([id])[id] != nil)
                let gone = try await ec2.waitFor([.terminated], of: id)
                #expect(gone.stateReasonCode == "Client.UserInitiatedShutdown")
                #expect(!gone.wasInterrupted)
            }
        }

        @Test func launchesAFleetFromATemplate() async throws {
            try await MotoServer.run { server, transport in
                let ec2 = EC2Client(server.client(transport))
                let subnets = try await ec2.describeSubnets()
                #expect(subnets.count >= 3)
                var settings = LaunchSettings(imageID: "ami-12c6146b", userData: Array("hello".utf8))
                settings.tags = [ResourceTags(.instance, ["jobkit:launch": "l-1"])]
                let template = try await ec2.createLaunchTemplate(
                    name: "jobkit-l-1", settings: settings, clientToken: "c-1", tags: ["jobkit:owner": "me"])
                #expect(
                    try await ec2.describeLaunchTemplates(filters: [.tag("jobkit:owner", "me")]).map(\.name) == [
                        "jobkit-l-1"
                    ])
                var request = CreateFleetRequest(
                    clientToken: "t-1", launchTemplate: .id(template.id),
                    overrides: subnets.prefix(2).flatMap { subnet in
                        ["m5.large", "c5.large"].map { FleetOverride(instanceType: $0, subnetID: subnet.id) }
                    }, count: 3, lifecycle: .spot)
                request.tags = [ResourceTags(.instance, ["Name": "fleet"])]
                let reply = try await ec2.createFleet(request)
                #expect(reply.instanceIDs.count == 3)
                #expect(reply.errors.isEmpty)
                #expect(reply.instances.allSatisfy { $0.lifecycle == .spot && $0.instanceType.hasSuffix("5.large") })
                let instances = try await ec2.describeInstances(filters: [.tag("jobkit:launch", "l-1")])
                #expect(Set(instances.map(\.id)) == Set(reply.instanceIDs))
                try await ec2.deleteLaunchTemplate(.named("jobkit-l-1"))
                #expect(try await ec2.describeLaunchTemplates().isEmpty)
                let error = await #expect(throws: AWSError.self) {
                    try await ec2.deleteLaunchTemplate(.id("lt-0123456789abcdef0"))
                }
                #expect(error?.category == .notFound)
            }
        }

        @Test func readsAllPages() async throws {
            try await MotoServer.run { server, transport in
                let ec2 = EC2Client(server.client(transport))
                let settings = LaunchSettings(imageID: "ami-12c6146b", instanceType: "t3.micro")
                // One reservation each, of which moto gives 1,000 on a page as asked for; types come 100 at a time.
                for index in 0..<3 {
                    _ = try await ec2.runInstances(
                        RunInstancesRequest(clientToken: "t-\(index)", settings: settings, count: 40))
                }
                #expect(try await ec2.describeInstances(filters: []).count == 120)
                let types = try await ec2.describeInstanceTypes()
                #expect(types.count > 300)
                let one = try #require(try await ec2.describeInstanceTypes(["m6g.large"]).first)
                #expect(one.vcpus == 2)
                #expect(one.memory == 8_192)
                #expect(one.architectures == ["arm64"])
                #expect(one.isSpot)
                let offerings = try await ec2.describeInstanceTypeOfferings(["m6g.large"])
                #expect(offerings.contains { $0.availabilityZone == "us-east-1a" && $0.instanceType == "m6g.large" })
            }
        }

        @Test func readsTheRest() async throws {
            try await MotoServer.run { server, transport in
                let client = server.client(transport)
                let ec2 = EC2Client(client)
                let prices = try await ec2.describeSpotPriceHistory(
                    types: ["m5.large"], availabilityZone: "us-east-1a", start: TimeSource.system.now - .seconds(86_400)
                )
                #expect(prices.allSatisfy { $0.instanceType == "m5.large" && $0.dollars > 0 })
                #expect(try await ec2.describeSpotInstanceRequests().isEmpty)
                let settings = LaunchSettings(imageID: "ami-12c6146b", instanceType: "t3.micro")
                let id = try await ec2.runInstances(RunInstancesRequest(clientToken: "t", settings: settings))[0].id
                #expect(try await !ec2.consoleOutput(of: id).isEmpty)
                let volumes = try await ec2.describeVolumes(filters: [EC2Filter("attachment.instance-id", id)])
                #expect(volumes.first?.instanceID == id)
                #expect(try await STSClient(client).callerIdentity().account == "123456789012")
                #expect(try await SSMClient(client).amazonLinuxImage(architecture: "arm64").hasPrefix("ami-"))
                #expect(try await SSMClient(client).parameter("/no/such") == nil)
            }
        }

        @Test func errorsHaveCodeStatusAndMeaning() async throws {
            try await MotoServer.run { server, transport in
                let ec2 = EC2Client(server.client(transport))
                let unknown = await #expect(throws: AWSError.self) {
                    try await ec2.describeInstances(ids: ["i-0123456789abcdef0"])
                }
                #expect(unknown?.code == "InvalidInstanceID.NotFound")
                #expect(unknown?.category == .notFound)
                #expect(unknown?.httpStatus == 400)
                #expect(unknown?.requestID?.isEmpty == false)
                var request = RunInstancesRequest(
                    clientToken: "t", settings: LaunchSettings(imageID: "ami-12c6146b", instanceType: "t3.micro"))
                request.dryRun = true
                let dry = await #expect(throws: AWSError.self) { try await ec2.runInstances(request) }
                #expect(dry?.category == .dryRunSucceeded)
            }
        }
    }
}
