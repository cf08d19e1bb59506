import FoundationEssentials
import Glibc
import Synchronization

/// A small HTTP/1.1 server on loopback that answers each request by a function and then closes the connection.
final class StubServer: Sendable {
    struct Request: Sendable {
        var method: String
        var target: String
        var fields: [String: String]
        var body: String
    }

    struct Answer: Sendable {
        var status = 200
        var fields: [(String, String)] = []
        var body: [UInt8] = []
        /// Closes after this many bytes of the body, though more were announced.
        var cutAfter: Int?
        /// Never answers; closes when the client does.
        var hangs = false
    }

    let port: Int
    private let listener: CInt
    private let seen = Mutex<[Request]>([])

    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutableBytes(of: &address) { bytes in
            guard let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress else { return false }
            return bind(listener, pointer, size) == 0 && listen(listener, 64) == 0
                && getsockname(listener, pointer, &size) == 0
        }
        guard isBound else { throw ServerFailure() }
        port = Int(UInt16(bigEndian: address.sin_port))
        Self.thread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Self.thread { self?.serve(connection, answer) }
            }
        }
    }

    deinit {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { seen.withLock { $0 } }

    private func serve(_ connection: CInt, _ answer: (Request) -> Answer) {
        defer { close(connection) }
        guard let request = Self.read(connection) else { return }
        seen.withLock { $0.append(request) }
        let answer = answer(request)
        if answer.hangs {
            var byte: UInt8 = 0
            while recv(connection, &byte, 1, 0) > 0 {}
            return
        }
        let fields = [("Content-Length", "\(answer.body.count)"), ("Connection", "close")] + answer.fields
        let head = "HTTP/1.1 \(answer.status) X\r\n" + fields.map { "\($0): \($1)\r\n" }.joined() + "\r\n"
        var bytes = Array(head.utf8) + (answer.cutAfter.map { Array(answer.body.prefix($0)) } ?? answer.body)
        while !bytes.isEmpty {
            let count = send(connection, bytes, bytes.count, CInt(MSG_NOSIGNAL))
            guard count > 0 else { return }
            bytes.removeFirst(count)
        }
        shutdown(connection, CInt(SHUT_WR))
    }

    private static func read(_ connection: CInt) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let lines = text[..<end.lowerBound].split(separator: "\r\n")
                let words = lines[0].split(separator: " ")
                var fields: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    fields[parts[0].lowercased()] = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
                }
                let body = text[end.upperBound...]
                if body.utf8.count >= Int(fields["content-length"] ?? "0") ?? 0 {
                    return Request(
                        method: String(words[0]), target: String(words[1]), fields: fields, body: String(body))
                }
            }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        final class Box {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, Unmanaged.passRetained(Box(body)).toOpaque())
        pthread_detach(thread)
    }
}

struct ServerFailure: Error {}
