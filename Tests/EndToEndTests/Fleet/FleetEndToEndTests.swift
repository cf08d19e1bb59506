import Foundation
import JobCore
import JobTesting
import Testing

/// A fleet from its file to the last power-off: real user data, real agents, a real server and real containers, in
/// namespaces that an EC2 boots which is not Amazon's.
@Suite(.machines, .containerEngine, .timeLimit(.minutes(5))) struct FleetEndToEndTests {
    @Test func `a job survives the interruption of its instance, and everything powers off`() async throws {
        let socket = try #require(ContainerEngine.socket, #"no container engine; run eval "$(Scripts/docker)""#)
        let workspace = try Workspace()
        let port = try FreePort.find()
        let machines = try Self.machines(workspace, serverPort: port, dockerSocket: socket)
        let ec2 = Self.cloud(machines)
        try workspace.write("fleet.yaml", Self.fleet)
        let run = try await ec2.withServer { url in
            try await workspace.withJobctl(
                "serve", "--listen", "127.0.0.1:\(port)", "--workers", "0", "--allow", "http,command,shell,container",
                "--fleet", "fleet.yaml", "--fleet-owner", "e2e", environment: Credentials.environment(url)
            ) { server in
                try await server.stdout.line(containing: "Listening on")
                let id = try #require(try await workspace.submit(Self.job(ledger: workspace.path("ledger"))).first)
                let (first, second) = try await workspace.withJobctl("logs", "--follow", id) { logs in
                    let first = try await Self.machine(1, of: ec2)
                    try await logs.stdout.line(containing: "ready")
                    ec2.interrupt(first)
                    let second = try await Self.machine(2, of: ec2)
                    try await logs.stdout.line(containing: "went on at half")
                    return (first, second)
                }.value
                try await Self.expect(id, in: workspace, first: first, second: second)

                _ = try await ec2.wait { $0.allSatisfy { $0.state == .terminated } ? true : nil }
                #expect(ec2[first]?.reason?.code == "Server.SpotInstanceTermination")
                #expect(ec2[second]?.reason?.code == "Client.InstanceInitiatedShutdown")
                #expect(ec2.instances.count == 2)
                let reaped = try await workspace.jobctl(
                    "fleet", "reap", "--dry-run", "--json", environment: Credentials.environment(url))
                #expect(reaped.code == 0, "\(reaped)")
                #expect(try reaped.json["findings"] == [])
                #expect(ec2.launchTemplates == [])
                server.send(SIGTERM)
            }
        }
        #expect(run.outcome.code == 0, "\(run.outcome)")
        let namespaces = try await workspace.shell("ip netns list")
        for instance in ec2.instances {
            let network = machines.network(of: instance.id)
            #expect(!namespaces.text.contains(network))
        }
    }

    /// Two attempts, of which only the second counts, and a first step that ran once.
    private static func expect(_ id: String, in workspace: Workspace, first: String, second: String) async throws {
        let job = try await workspace.show(id)
        #expect(job["status"] == "succeeded", "\(job)")
        #expect(job["attempts"]?[0]?["outcome"] == "interrupted")
        #expect(job["attempts"]?[0]?["worker"] == .string("ec2:\(first)"))
        #expect(job["attempts"]?[1]?["worker"] == .string("ec2:\(second)"))
        #expect(job["attempts"]?[2] == nil)
        #expect(workspace.lines(of: "ledger") == ["prepared"])
        #expect((job["cost"]?["dollars"]?.numberValue ?? 0) > 0)
    }

    /// The id of the instance that is launched as the first, second, … one, once it runs.
    private static func machine(_ number: Int, of ec2: FakeEC2) async throws -> String {
        try await ec2.wait { instances in
            guard instances.count >= number, instances[number - 1].state == .running else { return nil }
            return instances[number - 1].id
        }
    }

    private static func cloud(_ machines: NamespaceHost) -> FakeEC2 {
        var configuration = FakeEC2.Configuration()
        configuration.bootDelay = .seconds(1)
        configuration.shutdownDelay = .seconds(1)
        // The worker stops 20 s before the end.
        configuration.noticePeriod = .seconds(45)
        return FakeEC2(configuration: configuration, host: machines)
    }

    private static func machines(
        _ workspace: Workspace, serverPort: Int, dockerSocket: String
    ) throws -> NamespaceHost {
        var configuration = NamespaceHost.Configuration()
        configuration.relays = [7_070: serverPort]
        configuration.environment = ["DOCKER_HOST": "unix://\(dockerSocket)"]
        let folder = workspace.path("machines")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return NamespaceHost(folder: folder, configuration: configuration)
    }

    #if arch(arm64)
        private static let (architecture, types) = ("arm64", "m7g.large, c7g.large, r7g.large")
    #else
        private static let (architecture, types) = ("x86_64", "m7i.large, c7i.large, m6i.large, c6i.large")
    #endif

    private static let fleet = """
        name: spot
        queues: [spot]
        server: http://127.0.0.1:7070
        images: {\(architecture): al2023}
        instanceTypes: [\(types)]
        subnets: [subnet-0a, subnet-0b, subnet-0c]
        idleTimeout: 3s
        limits: {instances: 3}
        """

    private static func job(ledger: String) -> String {
        """
        name: long
        queue: spot
        steps:
          - name: prepare
            command: {shell: 'echo prepared >> "\(ledger)"'}
          - name: work
            container:
              image: jobkit-test:latest
              pull: never
              command:
                - sh
                - -c
                - |
                  if [ -s "$JOB_CHECKPOINT/state" ]; then echo "went on at $(cat "$JOB_CHECKPOINT/state")"; exit 0; fi
                  trap 'echo half > "$JOB_CHECKPOINT/state"; exit 143' TERM
                  echo ready
                  while :; do sleep 0.2; done
        """
    }
}
