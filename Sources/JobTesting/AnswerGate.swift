internal import Synchronization

/// Holds scripted answers back until a test lets them go.
public final class AnswerGate: Sendable {
    private struct State {
        var isOpen = false
        var nextKey = 0
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        var arrivals: [(count: Int, waiter: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Makes a closed gate.
    public init() {}

    /// Lets everyone through, now and later.
    public func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return state.waiters.values.map(\.self)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until the gate opens.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func wait() async throws {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { arrive(key, $0) }
        } onCancel: {
            leave(key)
        }
    }

    /// Returns when at least that many have come to the gate since it was made.
    public func waitForArrivals(_ count: Int) async {
        await withCheckedContinuation { waiter in
            let isThere = state.withLock { state in
                if state.nextKey < count { state.arrivals.append((count, waiter)) }
                return state.nextKey >= count
            }
            if isThere { waiter.resume() }
        }
    }

    private func arrive(_ key: Int, _ waiter: CheckedContinuation<Void, any Error>) {
        let (isThrough, isCancelled, reached) = state.withLock { state in
            let reached = state.arrivals.filter { $0.count <= state.nextKey }
            state.arrivals.removeAll { $0.count <= state.nextKey }
            // Checked under the lock: a cancellation comes either before this, or finds the waiter in place.
            let isCancelled = Task.isCancelled
            if !state.isOpen, !isCancelled { state.waiters[key] = waiter }
            return (state.isOpen, isCancelled, reached)
        }
        for arrival in reached { arrival.waiter.resume() }
        if isCancelled {
            waiter.resume(throwing: CancellationError())
        } else if isThrough {
            waiter.resume()
        }
    }

    private func leave(_ key: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: key) }
        waiter?.resume(throwing: CancellationError())
    }
}
