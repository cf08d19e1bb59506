#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A process that opens many connections with one request each and reads whatever comes.
///
/// A process of its own, so that its sockets need not share a limit of open files with anybody.
enum HeldConnections {
    /// Takes the server, a path, the number of connections, and perhaps a body in which `#` is the connection's number.
    static func run(_ arguments: [String]) throws {
        guard arguments.count >= 3, let count = Int(arguments[2]) else { throw BenchError("SERVER PATH COUNT [BODY]") }
        raiseLimit()
        let url = arguments[0] + arguments[1]
        let body = arguments.count > 3 ? arguments[3] : ""
        var descriptors: [pollfd] = []
        for number in 0..<count {
            let connection = try Wire.open(url)
            let parts = body.split(separator: "#", omittingEmptySubsequences: false)
            try Wire.send(
                connection,
                Wire.text(body.isEmpty ? "GET" : "POST", url, body: parts.joined(separator: "\(number)")))
            descriptors.append(pollfd(fd: connection, events: Int16(POLLIN), revents: 0))
        }
        // A stream's first bytes show that the server has it; a long poll has none to show.
        if body.isEmpty {
            for descriptor in descriptors {
                let answer = try Wire.answer(descriptor.fd)
                guard answer.status == 200 else { throw BenchError("\(url) answered \(answer.status)") }
            }
        }
        Console.print("open")
        try read(&descriptors)
    }

    /// Throws away what comes until this process is ended.
    private static func read(_ descriptors: inout [pollfd]) throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            guard poll(&descriptors, nfds_t(descriptors.count), -1) > 0 else { continue }
            for index in descriptors.indices where descriptors[index].revents != 0 {
                let got = unistdRead(descriptors[index].fd, &buffer)
                guard got > 0 else { throw BenchError("the server closed a connection") }
                if String(decoding: buffer[..<min(got, 12)], as: UTF8.self).hasPrefix("HTTP/1.1 4") {
                    throw BenchError(String(decoding: buffer[..<got], as: UTF8.self))
                }
            }
        }
    }

    private static func unistdRead(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, &buffer, buffer.count)
        #else
            Darwin.read(descriptor, &buffer, buffer.count)
        #endif
    }

    private static func raiseLimit() {
        #if canImport(Glibc)
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let files = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(files, &limit)
    }
}
