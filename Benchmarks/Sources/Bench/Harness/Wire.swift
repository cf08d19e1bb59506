#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// HTTP/1.1 by hand on blocking sockets of loopback: for the few requests around a measurement, and for thousands of
/// connections that must cost their own process nothing.
enum Wire {
    struct Answer {
        var status: Int
        /// The header fields, names in lower case.
        var fields: [String: String]
    }

    static func get(_ url: String) throws -> Answer { try request("GET", url) }

    /// Makes one request on a connection of its own and reads the head of the answer.
    static func request(
        _ method: String, _ url: String, fields: [String: String] = [:], body: String = ""
    ) throws -> Answer {
        let connection = try open(url)
        defer { close(connection) }
        var fields = fields
        fields["Connection"] = "close"
        try send(connection, text(method, url, fields: fields, body: body))
        return try answer(connection)
    }

    /// A request as it goes over the wire.
    static func text(_ method: String, _ url: String, fields: [String: String] = [:], body: String = "") -> String {
        let path = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).dropFirst(2).first ?? ""
        var text = "\(method) /\(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        if !body.isEmpty { text += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
        return text + "\r\n" + body
    }

    /// Connects to the port of a URL on 127.0.0.1.
    static func open(_ url: String) throws -> Int32 {
        let authority = url.split(separator: "/").dropFirst().first ?? ""
        guard let port = authority.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw BenchError("\(url) has no port")
        }
        return try open(port: port)
    }

    static func open(port: UInt16) throws -> Int32 {
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let connection = socket(AF_INET, kind, 0)
        guard connection >= 0 else { throw BenchError("no socket: \(String(cString: strerror(errno)))") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(connection, $0, size) }
        }
        guard code == 0 else {
            close(connection)
            throw BenchError("port \(port) does not answer: \(String(cString: strerror(errno)))")
        }
        return connection
    }

    /// Waits up to 20 seconds for somebody to listen.
    static func waitUntilOpen(_ port: Int) -> Bool {
        for _ in 0..<400 {
            if let connection = try? open(port: UInt16(port)) {
                close(connection)
                return true
            }
            usleep(50_000)
        }
        return false
    }

    static func send(_ connection: Int32, _ text: String) throws {
        let bytes = Array(text.utf8)
        guard write(connection, bytes, bytes.count) == bytes.count else { throw BenchError("a request was not sent") }
    }

    /// Reads until the header fields are complete; what follows them in the same packet is dropped.
    static func answer(_ connection: Int32) throws -> Answer {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while !text.contains("\r\n\r\n") {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { throw BenchError("the server closed the connection") }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        // A pair of CR and LF is one Character.
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw BenchError("that was no HTTP: \(text)")
        }
        var fields: [String: String] = [:]
        for line in lines.dropFirst().prefix(while: { !$0.isEmpty }) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        return Answer(status: status, fields: fields)
    }
}
