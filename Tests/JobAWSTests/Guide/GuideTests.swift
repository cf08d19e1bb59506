import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

/// The lines of `Docs/aws.md`, which `Scripts/check` compares, compiled and run where no cloud is needed.
struct GuideTests {
    static func launchAndEnd(_ environment: AWSEnvironment) async throws {
        let transport = try CurlTransport()
        let client = try await AWSClient.resolved(environment: environment, transport: transport)
        let ec2 = EC2Client(client)

        let image = try await SSMClient(client).amazonLinuxImage(architecture: "arm64")
        let settings = LaunchSettings(imageID: image, instanceType: "c7g.large", userData: Array("#!/bin/sh\n".utf8))
        let request = RunInstancesRequest(clientToken: "hello-1", settings: settings)
        let id = try await ec2.runInstances(request)[0].id

        let running = try await ec2.waitFor([.running], of: id)
        print("\(id) runs in \(running.availabilityZone)")

        try await ec2.terminateInstances([id])
        _ = try await ec2.waitFor([.terminated], of: id)
        await transport.shutdown()
    }

    static func listen(_ transport: any HTTPTransport) async {
        let monitor = InterruptionMonitor(MetadataClient(transport: transport))
        for await notice in monitor.notices() {
            switch notice {
            case .interruption(let action, let time): print("\(action) at \(time)")
            case .rebalance, .maintenance, .lifecycle: print("it may end soon")
            case .blind(let since, let reason): print("unheard since \(since): \(reason)")
            case .sighted: print("heard again")
            }
        }
    }

    static func store(_ client: AWSClient) async throws -> String {
        let bucket = try S3Client(client, bucket: "my-results")
        try await bucket.upload("reports/1.tar", from: "/tmp/1.tar")
        return try await bucket.presigned(.get, key: "reports/1.tar", lifetime: .seconds(3_600))
    }

    static func explain(_ ec2: EC2Client, _ request: RunInstancesRequest) async throws {
        do {
            _ = try await ec2.runInstances(request)
        } catch let error as AWSError where error.category == .capacity {
            print("nothing there now; try another type or subnet (\(error.code))")
        }
    }

    @Test func oneSpotInstanceComesAndGoes() async throws {
        var configuration = FakeEC2.Configuration()
        configuration.bootDelay = .zero
        configuration.shutdownDelay = .zero
        let fake = FakeEC2(configuration: configuration)
        try await fake.withServer { url in
            try await Self.launchAndEnd(
                AWSEnvironment(variables: [
                    "AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
                    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
                ]))
        }
        #expect(fake.instances.map(\.pool.lifecycle) == [.spot])
        #expect(
            fake.calls.map(\.operation).contains("GetParameter") && fake.calls.last?.operation == "DescribeInstances")
    }
}
