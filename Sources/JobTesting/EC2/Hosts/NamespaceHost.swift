#if os(Linux)
    internal import Glibc
    internal import JobCore
    internal import JobTransport
    internal import Synchronization

    /// Boots the instances of a ``FakeEC2`` as namespaces of this machine, in which their real user data run.
    ///
    /// Each instance has processes, a host name, mounts and a network of its own. In the network there are its loopback
    /// interface, its metadata service at 169.254.169.254, and the ports that lead outside; no packet leaves the machine.
    /// `poweroff`, `shutdown`, `systemctl poweroff` and `halt` act on the instance. Needs to be root, and the programs
    /// `ip`, `nsenter`, `unshare` and `mount`.
    ///
    /// The programs inside are those of this machine, and so are its files apart from ``Configuration/ownFolders``.
    public final class NamespaceHost: InstanceHost {
        /// What instances find.
        public struct Configuration: Sendable {
            /// Ports of the instances' 127.0.0.1 that lead to ports of this machine's.
            public var relays: [Int: Int] = [:]
            /// More variables of the user data's environment, such as `DOCKER_HOST`.
            public var environment: [String: String] = [:]
            /// Folders that must exist, and whose changes each instance keeps to itself.
            ///
            /// A container engine of this machine does not see what is in them.
            public var ownFolders = ["/var/lib", "/root"]

            /// Makes the default configuration.
            public init() {}
        }

        private struct Machine: Sendable {
            let process: MachineProcess
            /// Done when nothing is left of it.
            let end: Task<Void, Never>
            /// Set before its end is our doing.
            var isKilled = false
        }

        private let folder: String
        private let configuration: Configuration
        /// Fakes with the same seed give the same ids; their networks must not have the same names.
        private let mark = String(RandomSource.system.next(), radix: 36)
        private let machines = Mutex<[String: Machine]>([:])

        /// Makes a host.
        ///
        /// - Parameters:
        ///   - folder: an existing folder for the instances' files, which the host leaves there: for each a folder named
        ///     by its id, with its `console` and its `tmp`. Its path must be the same for a container engine.
        ///   - configuration: what instances find.
        public init(folder: String, configuration: Configuration = Configuration()) {
            self.folder = folder
            self.configuration = configuration
        }

        /// The name of an instance's network, as `ip netns` lists it while the instance runs.
        public func network(of id: FakeEC2.Instance.ID) -> String { "jobkit-\(id)-\(mark)" }

        /// Boots an instance.
        public func boot(_ instance: FakeEC2.Instance, in cloud: FakeEC2) async throws {
            guard let metadata = cloud.metadata(of: instance.id) else { return }
            let files = MachineFiles(folder: "\(folder)/\(instance.id)", ownFolders: configuration.ownFolders)
            try files.write(instance)
            let network = try await NetworkNamespace.make(network(of: instance.id))
            var relays: [Relay] = []
            var server: LoopbackServer?
            do {
                let socket = try await network.listen("169.254.169.254", port: 80)
                let metadataServer = try await LoopbackServer.start(socket: socket) { metadata.handle($0) }
                server = metadataServer
                for (inside, outside) in configuration.relays {
                    let socket = try await network.listen("127.0.0.1", port: inside)
                    relays.append(try await Relay.start(socket: socket, to: outside))
                }
                let process = try MachineProcess.start(
                    [
                        "nsenter", "--net=\(network.path)", "unshare", "--pid", "--mount", "--uts", "--ipc", "--fork",
                        "--kill-child", "--mount-proc", "/bin/sh", "\(files.folder)/init",
                    ], environment: files.environment.merging(configuration.environment) { $1 }, output: files.console)
                let servers = (metadata: metadataServer, relays: relays)
                machines.withLock { machines in
                    // Of its own, because it must end also when the cloud's task is cancelled; it ends with the machine.
                    let end = Task.detached {
                        await process.wait()
                        await servers.metadata.stop()
                        for relay in servers.relays { await relay.stop() }
                        await network.delete()
                        let machine = self.machines.withLock { $0.removeValue(forKey: instance.id) }
                        if machine?.isKilled == false { cloud.powerOff(instance.id) }
                    }
                    machines[instance.id] = Machine(process: process, end: end)
                }
            } catch {
                await server?.stop()
                for relay in relays { await relay.stop() }
                await network.delete()
                throw error
            }
        }

        /// Kills everything that runs in an instance, and takes its network away.
        public func kill(_ id: FakeEC2.Instance.ID) async {
            let machine = machines.withLock { machines in
                machines[id]?.isKilled = true
                return machines[id]
            }
            guard let machine else { return }
            machine.process.killChildren()
            await machine.end.value
        }

        /// What an instance has written to its console so far.
        public func console(of id: FakeEC2.Instance.ID) async -> [UInt8]? {
            TextFile.bytes("\(folder)/\(id)/console")
        }
    }
#endif
