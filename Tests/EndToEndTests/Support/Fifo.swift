import Dispatch
import Foundation

/// A named pipe through which a step and a test wait for each other.
struct Fifo: Sendable {
    let path: String

    init(_ path: String) throws {
        self.path = path
        guard mkfifo(path, 0o600) == 0 else { throw Workspace.Failure(text: "no fifo: \(errno)") }
    }

    /// Waits for a reader and lets it go on.
    func open() async throws { try await write("go\n") }

    func write(_ text: String) async throws {
        try await blocking {
            let descriptor = Foundation.open(path, O_WRONLY | O_CLOEXEC)
            defer { close(descriptor) }
            _ = text.withCString { Foundation.write(descriptor, $0, strlen($0)) }
        }
    }

    /// Waits for a reader and keeps it waiting while `body` runs; then it sees the end.
    func whileReaderWaits(_ body: @escaping @Sendable () -> Void) async throws {
        try await blocking {
            let descriptor = Foundation.open(path, O_WRONLY | O_CLOEXEC)
            body()
            close(descriptor)
        }
    }

    /// Waits for a writer and returns what it wrote.
    func read() async throws -> String {
        try await blocking {
            let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = Foundation.read(descriptor, &buffer, buffer.count)
                guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
                bytes += buffer[..<count]
            }
        }
    }

    /// Runs a blocking call off the cooperative pool.
    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
        }
    }
}
