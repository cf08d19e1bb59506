#if os(Linux)
    import Foundation
    import JobCore
    import JobTesting
    import Testing

    /// The Python that has boto3 and the AWS command line; `Scripts/aws-judges` sets the variable.
    private let judge = ProcessInfo.processInfo.environment["JOBKIT_AWS_PYTHON"]
    private let isCI = ProcessInfo.processInfo.environment["CI"] != nil

    @Suite(
        .timeLimit(.minutes(10)),
        .enabled(if: judge != nil || isCI, "JOBKIT_AWS_PYTHON is not set: eval \"$(Scripts/aws-judges)\""))
    struct OutsideJudgeTests {
        @Test func `boto3 and the AWS command line take the fake for EC2`() async throws {
            let python = try #require(judge, "CI needs JOBKIT_AWS_PYTHON; see Scripts/aws-judges")
            var configuration = FakeEC2.Configuration()
            configuration.bootDelay = .milliseconds(200)
            configuration.shutdownDelay = .milliseconds(200)
            // The pool that is tried first must not depend on the day.
            configuration.spotPrices["r7g.large"] = [
                FakeEC2.SpotPrice(zone: "us-east-1a", dollars: 0.03),
                FakeEC2.SpotPrice(zone: "us-east-1b", dollars: 0.04),
            ]
            let ec2 = FakeEC2(configuration: configuration)
            ec2.faults.capacity = [
                FakeEC2.Capacity(0, type: "m7g.large"), FakeEC2.Capacity(2, type: "r7g.large", zone: "us-east-1a"),
            ]
            ec2.faults.replies = [
                FakeEC2.Reply(.error(code: "RequestLimitExceeded"), to: "DescribeInstanceTypeOfferings", calls: 1...1),
                FakeEC2.Reply(.lost, to: "RunInstances", calls: 6...6),
            ]
            let output = "\(NSTemporaryDirectory())/judge-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: output) }
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "judge.py").path
            let status = try await ec2.withServer { url in
                let process = try MachineProcess.start(
                    [python, script, url],
                    environment: ["PATH": MachineProcess.standardPath, "HOME": NSTemporaryDirectory()], output: output)
                return await process.wait()
            }
            let said = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            #expect(status == 0, "\(said)")
            #expect(ec2.calls.contains { $0.outcome == "lost" }, "the lost answer was that of a launch")
        }
    }
#endif
