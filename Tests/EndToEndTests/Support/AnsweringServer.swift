import Foundation
import Synchronization

/// A real HTTP server on this machine that gives prepared answers, one for each request.
final class AnsweringServer: Sendable {
    /// A whole response, from the status line on.
    struct Answer: Sendable {
        let text: String

        init(_ status: String, headers: [String] = [], body: String = "") {
            let head = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
            text = head.joined(separator: "\r\n") + "\r\n\r\n" + body
        }
    }

    let port: Int
    private let listener: Int32
    private let state: Mutex<(answers: [Answer], requests: [String])>

    init(_ answers: [Answer]) throws {
        state = Mutex((answers, []))
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let result = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
            guard let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress else { return -1 }
            guard bind(listener, pointer, size) == 0, listen(listener, 16) == 0 else { return -1 }
            return getsockname(listener, pointer, &size)
        }
        guard result == 0 else { throw Workspace.Failure(text: "cannot listen: \(errno)") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                self?.serve(connection)
                close(connection)
            }
        }
    }

    deinit { stop() }

    var url: String { "http://127.0.0.1:\(port)" }

    /// The requests so far, head and body as they came.
    var requests: [String] { state.withLock { $0.requests } }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ connection: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while !Self.isWhole(bytes) {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes += buffer[..<count]
        }
        let answer = state.withLock { state in
            state.requests.append(String(decoding: bytes, as: UTF8.self))
            return state.answers.isEmpty ? Answer("500 Nothing prepared") : state.answers.removeFirst()
        }
        _ = answer.text.withCString { write(connection, $0, strlen($0)) }
    }

    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return false }
        let length = text[..<end.lowerBound].split(separator: "\r\n")
            .first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) }
        return text[end.upperBound...].utf8.count >= length ?? 0
    }
}
