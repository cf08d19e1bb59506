#if os(Linux)
    import Crypto
    import Foundation
    import JobAWS
    import JobTesting
    import JobTransport
    import Testing

    private let isRoot = getuid() == 0
    private let isCI = ProcessInfo.processInfo.environment["CI"] != nil

    /// The script that fleets give their instances, run by instances.
    @Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: isRoot || isCI, "namespaces are made by root"))
    struct UserDataBootTests {
        private static let agent = """
            #!/bin/bash
            echo "agent: $*"
            echo "token: $(cat "$5"), mode $(stat -c %a "$5")"
            """

        /// Boots an instance with the script, and tells how it ended and what it wrote.
        private func boot(
            sha256: String, setup: String? = nil
        ) async throws -> (reason: String?, console: String, downloads: [String]) {
            let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "jobkit-boot-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let downloads = EventLog<String>()
            let server = try await LoopbackServer.start { request in
                downloads.record(request.path)
                return .reply(status: 200, headers: [:], body: Array(Self.agent.utf8))
            }
            var spec = FleetSpecification(
                name: "ci", queues: ["default"], instanceTypes: ["c7g.large"], subnets: ["subnet-0a"])
            let file = FleetSpecification.AgentFile(url: "http://127.0.0.1:8080/agent", sha256: sha256)
            spec.agent = .files([.arm64: file, .x86_64: file])
            spec.setup = setup
            let script = try UserData(spec: spec, server: "http://127.0.0.1:8080", token: "enrol-1.secret").render()

            var inside = NamespaceHost.Configuration()
            inside.relays = [8_080: server.port]
            let host = NamespaceHost(folder: folder.path, configuration: inside)
            var configuration = FakeEC2.Configuration()
            configuration.bootDelay = .zero
            configuration.shutdownDelay = .zero
            let fake = FakeEC2(configuration: configuration, host: host)
            let ec2 = EC2Client(
                AWSClient(
                    region: .usEast1,
                    credentials: StaticCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret"),
                    transport: fake.transport))
            let settings = LaunchSettings(
                imageID: "ami-0arm64", instanceType: "c7g.large", userData: Array(script.utf8))
            let ended = try await fake.withServer { _ in
                let launched = try await ec2.runInstances(RunInstancesRequest(clientToken: "boot", settings: settings))
                let id = launched[0].id
                let ended = try await fake.wait { instances in
                    instances.first { $0.id == id && $0.state == .terminated }
                }
                return (ended.reason?.code, try await ec2.consoleOutput(of: id))
            }
            await server.stop()
            return (ended.0, ended.1, downloads.events)
        }

        private var sum: String {
            SHA256.hash(data: Data(Self.agent.utf8)).map { byte in
                String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }.joined()
        }

        @Test func `it fetches and checks the agent, runs it, and powers off when it ends`() async throws {
            let run = try await boot(sha256: sum)
            #expect(run.reason == "Client.InstanceInitiatedShutdown")
            #expect(
                run.console.contains("agent: worker --store http://127.0.0.1:8080 --enrolment-file"), "\(run.console)")
            #expect(run.console.contains("token: enrol-1.secret, mode 600"), "\(run.console)")
            #expect(run.downloads == ["/agent"])
        }

        @Test func `it does not run an agent with another checksum, and powers off`() async throws {
            let run = try await boot(sha256: String(repeating: "0", count: 64))
            #expect(run.reason == "Client.InstanceInitiatedShutdown")
            #expect(!run.console.contains("agent:"), "\(run.console)")
        }

        @Test func `it powers off when its setup fails`() async throws {
            let run = try await boot(sha256: sum, setup: "echo preparing\nfalse\necho prepared")
            #expect(run.reason == "Client.InstanceInitiatedShutdown")
            #expect(run.console.contains("preparing"))
            #expect(!run.console.contains("prepared") && !run.console.contains("agent:"), "\(run.console)")
        }
    }
#endif
