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
}

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif
