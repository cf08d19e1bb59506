internal import Dispatch

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Standard output and standard error.
///
/// Writing blocks when nobody reads; the actor therefore has a thread of its own, and whoever prints suspends.
actor Console {
    /// The process has one.
    static let shared = Console()

    private let executor = DispatchExecutor(label: "console")
    private var isClosed: [Int32: Bool] = [:]
    /// Why standard output could not be written; nil for a reader that has gone, which is its right.
    private(set) var failure: String?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Whether nobody reads standard output any more.
    var isOutputClosed: Bool { isClosed[STDOUT_FILENO] ?? false }

    /// Prints a line to standard output.
    func print(_ line: String) { write(Array("\(line)\n".utf8), to: STDOUT_FILENO) }

    /// Prints lines to standard output.
    func print(lines: [String]) {
        if !lines.isEmpty { print(lines.joined(separator: "\n")) }
    }

    /// Prints a line to standard error.
    func note(_ line: String) { write(Array("\(line)\n".utf8), to: STDERR_FILENO) }

    /// Prints bytes to standard output.
    func print(bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Prints a line to standard error later, in order with all else; for those who cannot suspend.
    nonisolated func noteSoon(_ line: String) {
        executor.queue.async { self.assumeIsolated { $0.note(line) } }
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) {
        guard !(isClosed[descriptor] ?? false) else { return }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = systemPoll(&poll)
            } else if errno != EINTR {
                isClosed[descriptor] = true
                if descriptor == STDOUT_FILENO, errno != EPIPE { failure = String(cString: strerror(errno)) }
                return
            }
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func systemPoll(_ descriptor: inout pollfd) -> Int32 {
    poll(&descriptor, 1, -1)
}

/// Runs an actor on one dispatch queue.
private final class DispatchExecutor: SerialExecutor {
    let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
