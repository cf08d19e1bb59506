internal import Synchronization

/// Wakes all subscribers, always in the order in which they came, so that a test runs the same way every time.
final class OrderedSignals: Sendable {
    private struct State {
        var nextID = 0
        var subscribers: [(id: Int, continuation: AsyncStream<Void>.Continuation)] = []
    }

    private let state = Mutex(State())

    /// A stream of signals; those not yet taken become one.
    func subscribe() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextID += 1
            state.subscribers.append((state.nextID, continuation))
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.subscribers.removeAll { $0.id == id } }
        }
        return stream
    }

    /// Wakes everybody.
    func publish() {
        for (_, continuation) in state.withLock(\.subscribers) { continuation.yield() }
    }
}
