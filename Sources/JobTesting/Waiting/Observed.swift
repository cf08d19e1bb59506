internal import Synchronization

/// A value that tasks can wait on: whoever changes it wakes those whose condition has come true.
///
/// What ``ManualTime``, ``EventLog`` and ``Gate`` are made of. Nothing polls, and nothing is missed: conditions are
/// looked at under the same lock as the changes.
final class Observed<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        var nextID = 0
        var waiters: [(id: Int, wake: @Sendable (Value) -> (@Sendable () -> Void)?, cancel: @Sendable () -> Void)] = []
        /// Waits that were cancelled before they began to wait.
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    init(_ value: Value) {
        state = Mutex(State(value: value))
    }

    var value: Value { state.withLock { $0.value } }

    /// Looks at the value in its place: a part that is kept from ``value`` would make the next change copy it.
    func read<Result>(_ body: (borrowing Value) -> Result) -> Result where Result: Sendable {
        state.withLock { body($0.value) }
    }

    /// Changes the value, then wakes those whose condition holds now.
    @discardableResult
    func update<Result: Sendable>(_ change: @Sendable (inout Value) -> Result) -> Result {
        let (result, woken) = state.withLock { state in
            let result = change(&state.value)
            var woken: [@Sendable () -> Void] = []
            var waiting = state.waiters
            waiting.removeAll { waiter in
                guard let resume = waiter.wake(state.value) else { return false }
                woken.append(resume)
                return true
            }
            state.waiters = waiting
            return (result, woken)
        }
        for resume in woken { resume() }
        return result
    }

    /// Suspends until `condition` returns something for the value, at once when it does already.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    func first<Result: Sendable>(where condition: @escaping @Sendable (Value) -> Result?) async throws -> Result {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                wait(id, for: condition, continuation)
            }
        } onCancel: {
            let cancel = state.withLock { state -> (@Sendable () -> Void)? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiters.remove(at: index).cancel
            }
            cancel?()
        }
    }

    private func wait<Result: Sendable>(
        _ id: Int, for condition: @escaping @Sendable (Value) -> Result?,
        _ continuation: CheckedContinuation<Result, any Error>
    ) {
        let resume = state.withLock { state -> (@Sendable () -> Void)? in
            if state.cancelled.remove(id) != nil { return { continuation.resume(throwing: CancellationError()) } }
            if let found = condition(state.value) { return { continuation.resume(returning: found) } }
            state.waiters.append(
                (
                    id,
                    { value in
                        guard let found = condition(value) else { return nil }
                        return { continuation.resume(returning: found) }
                    },
                    { continuation.resume(throwing: CancellationError()) }
                ))
            return nil
        }
        resume?()
    }
}
