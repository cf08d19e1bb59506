/// A record of what happened, which a test can wait on.
///
/// ```swift
/// let log = EventLog<String>()
/// let server = Server(onRequest: { log.record($0.path) })
/// try await log.first { $0 == "/done" }
/// #expect(log.events == ["/start", "/done"])
/// ```
public final class EventLog<Event: Sendable>: Sendable {
    private let state = Observed<[Event]>([])

    /// Makes an empty log.
    public init() {}

    /// All events so far, in order.
    public var events: [Event] { state.value }

    /// Appends an event and wakes those who wait for it; may be called from any thread.
    public func record(_ event: Event) {
        state.update { $0.append(event) }
    }

    /// Suspends until so many events have been recorded.
    ///
    /// - Returns: all events so far, at least `count`.
    /// - Throws: `CancellationError` when the task is cancelled first.
    @discardableResult
    public func wait(for count: Int) async throws -> [Event] {
        try await parked { try await state.first { $0.count >= count ? $0 : nil } }
    }

    /// Suspends until an event that passes a test has been recorded, also one that was recorded before the call.
    ///
    /// - Returns: the first such event.
    /// - Throws: `CancellationError` when the task is cancelled first.
    @discardableResult
    public func first(where matches: @escaping @Sendable (Event) -> Bool) async throws -> Event {
        try await parked { try await state.first { $0.first(where: matches) } }
    }

    /// A stream of all events from the first on; it ends when its reader's task is cancelled.
    public func stream() -> AsyncStream<Event> {
        let state = state
        let position = Observed(0)
        return AsyncStream {
            let index = position.update { index in
                index += 1
                return index - 1
            }
            return try? await state.first { index < $0.count ? $0[index] : nil }
        }
    }
}
