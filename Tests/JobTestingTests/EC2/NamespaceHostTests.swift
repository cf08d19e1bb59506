#if os(Linux)
    import Foundation
    import JobCore
    import JobTesting
    import JobTransport
    import Testing

    private let isRoot = getuid() == 0
    private let isCI = ProcessInfo.processInfo.environment["CI"] != nil

    /// Instances that really run; those that boot need to be root.
    @Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: isRoot || isCI, "namespaces are made by root"))
    struct NamespaceHostTests {
        private let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "jobkit-host-\(UUID().uuidString)")

        private func withCloud(
            relays: [Int: Int] = [:], faults: FakeEC2.FaultPlan = FakeEC2.FaultPlan(),
            _ body: @escaping @Sendable (FakeEC2, EC2Caller, NamespaceHost) async throws -> Void
        ) async throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            var inside = NamespaceHost.Configuration()
            inside.relays = relays
            let host = NamespaceHost(folder: folder.path, configuration: inside)
            var configuration = FakeEC2.Configuration()
            configuration.bootDelay = .zero
            configuration.shutdownDelay = .zero
            configuration.checksAuthorization = false
            let ec2 = FakeEC2(configuration: configuration, faults: faults, host: host)
            try await ec2.withServer { _ in try await body(ec2, EC2Caller(ec2, ManualTime()), host) }
            let networks = try FileManager.default.contentsOfDirectory(atPath: "/run/netns")
            for instance in ec2.instances {
                #expect(!networks.contains(host.network(of: instance.id)), "nothing is left")
            }
        }

        private func launch(_ script: String, with call: EC2Caller) async throws -> String {
            let userData = Data("#!/bin/bash\n\(script)\n".utf8).base64EncodedString()
            let parameters = EC2Caller.spotLaunch.merging([
                "UserData": userData, "MetadataOptions.HttpTokens": "required",
                "TagSpecification.1.ResourceType": "instance", "TagSpecification.1.Tag.1.Key": "k",
                "TagSpecification.1.Tag.1.Value": "v",
            ]) { $1 }
            return try await call.launch(parameters)
        }

        private func end(of id: String, in ec2: FakeEC2) async throws -> FakeEC2.Instance {
            try await ec2.wait { instances in instances.first { $0.id == id && $0.state == .terminated } }
        }

        private func console(_ id: String, _ call: EC2Caller) async throws -> String {
            let output = try await call("GetConsoleOutput", ["InstanceId": id])["output"] ?? ""
            return String(decoding: Data(base64Encoded: output) ?? Data(), as: UTF8.self)
        }

        /// Waits until the child is the program that it was started for, and no longer a copy of the shell.
        private static let begun = "until grep -q sleep /proc/$!/cmdline; do sleep 0.05; done"
        private static let metadata = """
            token=$(curl -s -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
            get() { curl -s -m 5 -w ' %{http_code}\\n' -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/$1"; }
            """

        @Test func `user data find their metadata and the way outside, and a power-off ends them`() async throws {
            let outside = FakeIMDS()
            try await outside.withServer { url in
                let port = try #require(URL(string: url)?.port)
                try await withCloud(relays: [8_080: port]) { ec2, call, _ in
                    let id = try await launch(
                        """
                        \(Self.metadata)
                        echo "id $(get meta-data/instance-id)"
                        echo "no token $(curl -s -m 5 -o /dev/null -w '%{http_code}' http://169.254.169.254/latest/meta-data/)"
                        echo "outside $(curl -s -m 5 -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/latest/meta-data/)"
                        echo "host $(hostname), processes $(ls -d /proc/[0-9]* | wc -l)"
                        mkdir -p /var/lib/jobkit-namespace-test
                        shutdown -P +60
                        shutdown -c
                        poweroff
                        sleep 1000
                        """, with: call)
                    let ended = try await end(of: id, in: ec2)
                    #expect(ended.reason?.code == "Client.InstanceInitiatedShutdown")
                    let text = try await console(id, call)
                    #expect(text.contains("id \(id) 200\n"), "\(text)")
                    #expect(text.contains("no token 401\n"), "\(text)")
                    #expect(text.contains("outside 401\n"), "\(text)")
                    #expect(text.contains("host ip-10-18-0-1"), "\(text)")
                    #expect(!FileManager.default.fileExists(atPath: "/var/lib/jobkit-namespace-test"))
                }
            }
            #expect(outside.requests.map(\.path) == ["/latest/meta-data/"])
        }

        @Test func `a notice is seen inside, and a terminated instance takes all its processes along`() async throws {
            try await withCloud { ec2, call, _ in
                let marker = "\(3_000_000 + Int.random(in: 0..<1_000_000))"
                let id = try await launch(
                    """
                    \(Self.metadata)
                    trap '' TERM HUP INT
                    setsid sleep \(marker) &
                    \(Self.begun)
                    get meta-data/instance-id > /dev/null
                    until get meta-data/spot/instance-action | grep terminate; do sleep 0.1; done
                    get saw-it > /dev/null
                    exec sleep 1000
                    """, with: call)
                _ = try await ec2.wait { instances in instances.first { $0.id == id && $0.state == .running } }
                let metadata = try #require(ec2.metadata(of: id))
                try await metadata.waitForRequests(1, to: "instance-id")
                #expect(await isRunning(marker))
                ec2.interrupt(id, in: .seconds(60))
                try await metadata.waitForRequests(1, to: "saw-it")
                #expect(ec2[id]?.state == .running)
                try await call("TerminateInstances", ["InstanceId.1": id])
                let ended = try await end(of: id, in: ec2)
                #expect(ended.reason?.code == "Client.UserInitiatedShutdown")
                _ = try await console(id, call)
            }
        }

        @Test func `what still runs ends with the cloud`() async throws {
            let marker = "\(3_000_000 + Int.random(in: 0..<1_000_000))"
            try await withCloud { ec2, call, _ in
                let id = try await launch(
                    "\(Self.metadata)\nsleep \(marker) &\n\(Self.begun)\nget ready\nwait", with: call)
                _ = try await ec2.wait { instances in instances.first { $0.id == id && $0.state == .running } }
                try await #require(ec2.metadata(of: id)).waitForRequests(1, to: "ready")
                #expect(await isRunning(marker))
            }
            #expect(await !isRunning(marker))
        }

        @Test func `a machine that cannot boot has failed hardware`() async throws {
            try await withCloud(relays: [70_000: 1]) { ec2, call, _ in
                let id = try await launch("true", with: call)
                let ended = try await end(of: id, in: ec2)
                #expect(ended.reason?.code == "Server.InternalError")
            }
        }

        @Test func `a container behind a bridge gets no token within one hop`() async throws {
            try await withCloud { ec2, call, host in
                let id = try await launch("\(Self.metadata)\nget ready\nsleep 1000", with: call)
                _ = try await ec2.wait { instances in instances.first { $0.id == id && $0.state == .running } }
                try await #require(ec2.metadata(of: id)).waitForRequests(1, to: "ready")
                let (instance, container) = (host.network(of: id), host.network(of: id) + "-c")
                try await MachineProcess.run(["ip", "netns", "add", container])
                let steps = [
                    "link add jkA netns \(instance) type veth peer name jkB netns \(container)",
                    "-n \(instance) addr add 10.99.0.1/24 dev jkA", "-n \(instance) link set jkA up",
                    "-n \(container) addr add 10.99.0.2/24 dev jkB", "-n \(container) link set jkB up",
                    "-n \(container) route add default via 10.99.0.1",
                ]
                for step in steps { try await MachineProcess.run(["ip"] + step.split(separator: " ").map(String.init)) }
                let ask = [
                    "ip", "netns", "exec", container, "curl", "-s", "-m", "1", "-X", "PUT", "-H",
                    "X-aws-ec2-metadata-token-ttl-seconds: 60", "http://169.254.169.254/latest/api/token",
                ]
                let asking = try MachineProcess.start(ask, environment: ["PATH": MachineProcess.standardPath])
                #expect(await asking.wait() == 28, "it waits until its patience ends")
                try await MachineProcess.run(["ip", "netns", "del", container])
            }
        }

        private func isRunning(_ marker: String) async -> Bool {
            let found = try? MachineProcess.start(
                ["pgrep", "-f", "sleep \(marker)"], environment: ["PATH": MachineProcess.standardPath])
            return await found?.wait() == 0
        }
    }
#endif
