#if os(Linux)
    internal import Glibc
    internal import JobTransport

    /// A network of a machine's own, with a loopback interface and the address of the metadata service and nothing else.
    struct NetworkNamespace: Sendable {
        /// Its name, as `ip netns` lists it.
        let name: String

        var path: String { "/run/netns/\(name)" }

        /// Makes the network; needs to be root.
        static func make(_ name: String) async throws -> NetworkNamespace {
            let namespace = NetworkNamespace(name: name)
            try await MachineProcess.run(["ip", "netns", "add", name])
            do {
                try await MachineProcess.run(["ip", "-n", name, "link", "set", "lo", "up"])
                try await MachineProcess.run(["ip", "-n", name, "addr", "add", "169.254.169.254/32", "dev", "lo"])
            } catch {
                await namespace.delete()
                throw error
            }
            return namespace
        }

        /// Takes its name away; it is gone once nothing uses it.
        func delete() async {
            try? await MachineProcess.run(["ip", "netns", "del", name])
        }

        /// Makes a socket that listens inside, and can be used from here.
        ///
        /// - Returns: the descriptor, which belongs to the caller.
        func listen(_ address: String, port: Int) async throws -> Int32 {
            let result: Result<Int32, MachineProcess.Failure> = await withCheckedContinuation { continuation in
                // On a thread that ends at once: it does not come back from the other network.
                let refused = BlockingThread.start {
                    continuation.resume(returning: Self.listen(inside: path, address, port))
                }
                if refused != 0 { continuation.resume(returning: .failure(.init(description: "no thread"))) }
            }
            return try result.get()
        }

        private static func listen(
            inside path: String, _ address: String, _ port: Int
        ) -> Result<Int32, MachineProcess.Failure> {
            func failure(_ verb: String) -> Result<Int32, MachineProcess.Failure> {
                .failure(.init(description: "cannot \(verb) in \(path): \(String(cString: strerror(errno)))"))
            }
            guard let port = in_port_t(exactly: port) else {
                return .failure(.init(description: "there is no port \(port)"))
            }
            // Not in Swift's view of the C library.
            guard let symbol = dlsym(nil, "setns") else { return failure("find setns") }
            let setns = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
            let namespace = open(path, O_RDONLY | O_CLOEXEC)
            guard namespace >= 0 else { return failure("open the network") }
            defer { close(namespace) }
            guard setns(namespace, 0x4000_0000) == 0 else { return failure("enter the network") }
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { return failure("make a socket") }
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            name.sin_addr.s_addr = inet_addr(address)
            let isBound = withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isBound, Glibc.listen(descriptor, 128) == 0 else {
                close(descriptor)
                return failure("listen on \(address):\(port)")
            }
            return .success(descriptor)
        }
    }
#endif
