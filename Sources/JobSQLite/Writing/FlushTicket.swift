internal import Synchronization

/// Tells those who want to know when a commit has reached the disk.
final class FlushTicket: Sendable {
    private enum State {
        case waiting([UnsafeContinuation<Void, any Error>])
        case ended(LogFlushFailure?)
    }

    private let state = Mutex(State.waiting([]))

    /// Returns when the commit is on the disk; at once when it is there already.
    ///
    /// - Throws: `LogFlushFailure`.
    func waitForEnd() async throws {
        try await withUnsafeThrowingContinuation { continuation in
            let known: LogFlushFailure?? = state.withLock { state in
                switch state {
                case .waiting(let others):
                    state = .waiting(others + [continuation])
                    return nil
                case .ended(let failure): return .some(failure)
                }
            }
            if let known { Self.resume(continuation, known) }
        }
    }

    /// The flush has ended.
    func end(_ failure: LogFlushFailure?) {
        let waiting = state.withLock { state in
            defer { state = .ended(failure) }
            if case .waiting(let continuations) = state { return continuations }
            return []
        }
        for continuation in waiting { Self.resume(continuation, failure) }
    }

    private static func resume(_ continuation: UnsafeContinuation<Void, any Error>, _ failure: LogFlushFailure?) {
        if let failure { continuation.resume(throwing: failure) } else { continuation.resume() }
    }
}
