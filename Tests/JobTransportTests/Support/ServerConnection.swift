import Glibc

struct ServerRequest {
    let method: String
    let target: String
    let fields: [(name: String, value: String)]

    var path: String { String(target.prefix { $0 != "?" }) }

    func values(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    subscript(name: String) -> String? { values(name).first }
}

/// The server's end of a connection; used by its own thread only.
final class ServerConnection {
    let socket: Int32
    /// Set by a handler that wants the connection closed afterwards.
    var isDone = false
    /// Opens when the client takes nothing for half a second.
    let heldBack: Gate
    private var buffer: [UInt8] = []

    init(socket: Int32, heldBack: Gate) {
        self.socket = socket
        self.heldBack = heldBack
    }

    func readHead() -> ServerRequest? {
        while true {
            if let end = Self.endOfHead(buffer) {
                let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
                buffer.removeFirst(end)
                let words = lines[0].split(separator: " ")
                let fields = lines.dropFirst().map { line in
                    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                    return (name: String(parts[0]), value: String(parts[1].drop { $0 == " " }))
                }
                return ServerRequest(method: String(words[0]), target: String(words[1]), fields: fields)
            }
            guard receive() > 0 else { return nil }
        }
    }

    /// Reads the request's body by its Content-Length or chunks, reporting each piece.
    func readBody(_ request: ServerRequest, _ report: (ArraySlice<UInt8>) -> Void) throws {
        if request["Transfer-Encoding"] == "chunked" {
            while true {
                guard let size = Int(try readLine(), radix: 16) else { throw ServerError(text: "bad chunk") }
                try readExactly(size, report)
                _ = try readLine()
                if size == 0 { return }
            }
        }
        try readExactly(Int(request["Content-Length"] ?? "") ?? 0, report)
    }

    func readBody(_ request: ServerRequest) throws -> [UInt8] {
        var body: [UInt8] = []
        try readBody(request) { body += $0 }
        return body
    }

    func respond(_ status: Int, _ headers: [String] = [], body: String = "") throws {
        let head = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)"] + headers
        try write(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    func writeChunk(_ bytes: [UInt8]) throws {
        try write(String(bytes.count, radix: 16) + "\r\n")
        try write(bytes)
        try write("\r\n")
    }

    func write(_ text: String) throws { try write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
            let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, flags) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                if !isReady(POLLOUT, withinMilliseconds: 500) { heldBack.open() }
                _ = isReady(POLLOUT, withinMilliseconds: -1)
            } else {
                throw ServerError(text: "send: \(errno)")
            }
        }
    }

    /// Whether the client has sent something, or gone, within the time.
    func isReadable(withinMilliseconds milliseconds: Int32) -> Bool {
        isReady(POLLIN, withinMilliseconds: milliseconds)
    }

    private func isReady(_ event: Int32, withinMilliseconds milliseconds: Int32) -> Bool {
        var descriptor = pollfd(fd: socket, events: Int16(event), revents: 0)
        return poll(&descriptor, 1, milliseconds) > 0
    }

    /// Blocks until the client has closed the connection.
    func waitForClose() {
        while receive() > 0 {}
        isDone = true
    }

    /// Closes with a reset instead of an orderly end.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        isDone = true
    }

    private func readLine() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = String(decoding: buffer[..<(end - 1)], as: UTF8.self)
                buffer.removeFirst(end + 1)
                return line
            }
            guard receive() > 0 else { throw ServerError(text: "closed") }
        }
    }

    private func readExactly(_ count: Int, _ report: (ArraySlice<UInt8>) -> Void) throws {
        var left = count
        while left > 0 {
            if buffer.isEmpty { guard receive() > 0 else { throw ServerError(text: "closed") } }
            let part = buffer.prefix(left)
            left -= part.count
            report(part)
            buffer.removeFirst(part.count)
        }
    }

    private func receive() -> Int {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &chunk, chunk.count, 0)
        if count > 0 { buffer += chunk[..<count] }
        return count
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 3..<bytes.count
        where bytes[index] == 0x0A && bytes[index - 1] == 0x0D && bytes[index - 2] == 0x0A && bytes[index - 3] == 0x0D {
            return index + 1
        }
        return nil
    }
}
