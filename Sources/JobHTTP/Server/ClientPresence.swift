internal import Synchronization

/// Whether the client of a connection is still there, as far as the connection tells.
final class ClientPresence: Sendable {
    private struct State {
        var isGone = false
        var nextKey = 0
        var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state: Mutex<State>

    init(isGone: Bool = false) {
        state = Mutex(State(isGone: isGone))
    }

    /// Whether it has closed the connection or said that it sends nothing more.
    var isGone: Bool { state.withLock(\.isGone) }

    /// A stream that says nothing, and ends when the client goes.
    func untilGone() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let key: Int? = state.withLock { state in
            if state.isGone { return nil }
            state.nextKey += 1
            state.waiters[state.nextKey] = continuation
            return state.nextKey
        }
        guard let key else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.waiters.removeValue(forKey: key) }
        }
        return stream
    }

    /// The client has gone.
    func leave() {
        let waiters = state.withLock { state in
            state.isGone = true
            defer { state.waiters = [:] }
            return state.waiters.values.map(\.self)
        }
        for waiter in waiters { waiter.finish() }
    }
}
