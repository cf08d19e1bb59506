internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Brings committed transactions to the disk, beside the writer, which goes on meanwhile.
///
/// SQLite commits without waiting for the disk (`synchronous=NORMAL`); whoever acknowledges a commit must wait here.
/// All that was committed before a flush begins goes with it, in one piece: the log is one file, written from its
/// beginning to its end. What SQLite itself must have on the disk, such as the log before a checkpoint, it flushes
/// itself in that mode.
///
/// Source: https://www.sqlite.org/pragma.html#pragma_synchronous
package final class LogFlush: Sendable {
    /// Flushes an open file; 0, or the number of the error.
    package typealias Flush = @Sendable (_ descriptor: Int32) -> Int32
    /// Told when all that was committed before is on the disk, or why that is not known.
    package typealias Reply = @Sendable (LogFlushFailure?) -> Void

    /// A part of the work: what is said before the flush, which may take a while, and after it.
    package struct Request: Sendable {
        var before: @Sendable () -> Void
        var after: Reply

        package init(before: @escaping @Sendable () -> Void = {}, after: @escaping Reply) {
            self.before = before
            self.after = after
        }
    }

    private struct State {
        var waiting: [Request] = []
        var isRunning = false
        /// Why the disk may lack a part of the log before its end; nil when it does not.
        var failure: LogFlushFailure?
    }

    private let path: String
    private let flush: Flush
    private let queue = DispatchQueue(label: "jobkit.sqlite.flush")
    /// Where those who wait are told while the next flush is on its way.
    private let replies = DispatchQueue(label: "jobkit.sqlite.flushed")
    private let state = Mutex(State())
    /// Only touched on the queue.
    private let descriptor = Mutex<Int32>(-1)

    /// Makes a place to flush a log at.
    ///
    /// - Parameters:
    ///   - path: the log, which need not be there before the first request.
    ///   - flush: how; another one in tests of failures.
    package init(path: String, flush: @escaping Flush = LogFlush.toDisk) {
        self.path = path
        self.flush = flush
    }

    deinit {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
        }
    }

    /// Why nothing can be acknowledged until all commits were brought into the database file; nil when it can.
    ///
    /// After a failed flush the system may count what did not reach the disk as written, so that a later flush
    /// succeeds, with a hole before what it wrote.
    var failure: LogFlushFailure? { state.withLock(\.failure) }

    /// All commits are in the database file, which is on the disk.
    func repaired() {
        state.withLock { $0.failure = nil }
    }

    /// Replies when all that was committed before this call is on the disk.
    package func add(_ request: Request) {
        let begins = state.withLock { state in
            state.waiting.append(request)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if begins { queue.async { self.run() } }
    }

    /// Waits for the replies to all requests, and closes the file.
    package func finish() {
        queue.sync {
            descriptor.withLock { descriptor in
                if descriptor >= 0 { close(descriptor) }
                descriptor = -1
            }
        }
        replies.sync {}
    }

    private func run() {
        while true {
            let requests = state.withLock { state in
                defer { state.waiting = [] }
                if state.waiting.isEmpty { state.isRunning = false }
                return state.waiting
            }
            if requests.isEmpty { return }
            for request in requests { request.before() }
            let failure = self.failure ?? flushOnce()
            // Telling many takes a while in which the disk should not idle; with nothing more to flush, a second thread
            // would only be late.
            if state.withLock(\.waiting.isEmpty) {
                for request in requests { request.after(failure) }
            } else {
                replies.async { for request in requests { request.after(failure) } }
            }
        }
    }

    private func flushOnce() -> LogFlushFailure? {
        let number = descriptor.withLock { descriptor in
            if descriptor >= 0, Self.isRemoved(descriptor) {
                close(descriptor)
                descriptor = -1
            }
            if descriptor < 0 { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
            return descriptor < 0 ? errno : flush(descriptor)
        }
        if number == 0 { return nil }
        let failure = LogFlushFailure(number: number)
        state.withLock { $0.failure = failure }
        return failure
    }

    /// Whether the file has no name any more, as after the last connection to it was closed.
    private static func isRemoved(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink == 0
    }

    package static let toDisk: Flush = { descriptor in
        #if canImport(Darwin)
            // A plain fsync leaves the data in the drive's cache there.
            let code = fcntl(descriptor, F_FULLFSYNC)
        #else
            var code = fdatasync(descriptor)
            while code != 0, errno == EINTR { code = fdatasync(descriptor) }
        #endif
        return code < 0 ? errno : 0
    }
}

/// The log could not be flushed to the disk.
package struct LogFlushFailure: Error {
    /// The system's number for what went wrong.
    let number: Int32

    /// Whether there is no room.
    var isFull: Bool { number == ENOSPC || number == EDQUOT }

    /// The system's words for what went wrong.
    var reason: String { String(cString: strerror(number)) }
}
