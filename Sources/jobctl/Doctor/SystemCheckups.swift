internal import JobCore
internal import JobTransport

/// What `jobctl doctor` looks at beside the store.
enum SystemCheckups {
    /// Whether libcurl can be used, and what it can do.
    static func httpLibrary() async -> Checkup {
        let found = CurlTransport.libraryDescription
        do throws(TransportError) {
            let transport = try CurlTransport()
            await transport.shutdown()
        } catch {
            return Checkup(
                name: "http", verdict: .fail, finding: "\(found): \(error)",
                advice: "install libcurl 7.85 or newer with TLS")
        }
        if found.contains("no TLS") {
            return Checkup(
                name: "http", verdict: .fail, finding: found, advice: "install a libcurl that was built with TLS")
        }
        let isModern = !found.contains("no HTTP/2")
        return Checkup(
            name: "http", verdict: isModern ? .ok : .warn, finding: found,
            advice: isModern ? nil : "HTTP steps use HTTP/1.1; install a libcurl with HTTP/2 for more")
    }

    /// Whether `shell` commands can run.
    static func shell() -> Checkup {
        if access("/bin/sh", X_OK) == 0 {
            return Checkup(name: "shell", verdict: .ok, finding: "/bin/sh")
        }
        return Checkup(
            name: "shell", verdict: .warn, finding: "there is no /bin/sh",
            advice: "write commands with argv and not with shell, or install a shell")
    }

    /// Whether the clock can be right: times of jobs and leases depend on it.
    static func clock(_ time: TimeSource) -> Checkup {
        // The year in which this was written: no right clock shows an earlier time.
        if time.now < Timestamp(microseconds: 1_735_689_600_000_000) {
            return Checkup(
                name: "clock", verdict: .fail, finding: "it shows \(time.now.shortText)",
                advice: "set the clock; leases and notBefore depend on it")
        }
        return Checkup(name: "clock", verdict: .ok, finding: time.now.shortText)
    }

    /// Whether a container engine answers; it is optional.
    static func containerEngine() -> Checkup {
        let host = ProcessEnvironment["DOCKER_HOST"] ?? "unix:///var/run/docker.sock"
        let advice = "only container steps need an engine: start Docker or Podman, or set DOCKER_HOST"
        guard host.hasPrefix("unix://") else {
            return Checkup(name: "containers", verdict: .ok, finding: "DOCKER_HOST is \(host), which was not tried")
        }
        let path = String(host.dropFirst(7))
        guard ProcessEnvironment.exists(path) else {
            return Checkup(name: "containers", verdict: .warn, finding: "there is no \(path)", advice: advice)
        }
        if let reason = reasonNotConnected(path) {
            return Checkup(
                name: "containers", verdict: .warn, finding: "\(path): \(reason)",
                advice: reason.contains("denied") ? "add your user to the engine's group" : advice)
        }
        return Checkup(name: "containers", verdict: .ok, finding: path)
    }

    private static func reasonNotConnected(_ path: String) -> String? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else { return "the path is too long" }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { _ = close(descriptor) }
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? nil : String(cString: strerror(errno))
    }
}

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif
