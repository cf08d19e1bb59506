import Glibc
import Testing

/// A socket on which a test says exactly what it likes.
///
/// What blocks runs on threads of its own: the server under test needs those of the tests.
final class RawConnection: Sendable {
    private let socket: Int32

    /// Connects to a port on loopback.
    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(socket >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
        }
        try #require(status == 0)
        // A test must not hang for ever on a server that says nothing.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    /// Sends bytes; false when the other side has gone.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Says that no more comes.
    func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// Ends the connection as a machine does that knows nothing of it any more.
    func reset() {
        var nothing = sockaddr(sa_family: sa_family_t(AF_UNSPEC), sa_data: sockaddr().sa_data)
        connect(socket, &nothing, socklen_t(MemoryLayout<sockaddr>.size))
    }

    /// All that comes until the other side closes the connection.
    func readToEnd() async -> String {
        await Self.blocking {
            var bytes: [UInt8] = []
            while let chunk = self.read() { bytes += chunk }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// What comes until it ends with a text, or until the other side closes the connection.
    func read(until end: String) async -> String {
        await Self.blocking {
            var text = ""
            while !text.hasSuffix(end), let chunk = self.read() { text += String(decoding: chunk, as: UTF8.self) }
            return text
        }
    }

    /// Sends a text while the answer is read.
    func exchange(_ text: String) async -> String {
        async let sent = Self.blocking { self.send(text) }
        let answer = await readToEnd()
        _ = await sent
        return answer
    }

    private static func blocking<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            startThread { continuation.resume(returning: body()) }
        }
    }

    private func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }
}
