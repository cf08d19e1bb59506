/// Something that tasks wait in front of until a test opens it.
///
/// ```swift
/// let gate = Gate()
/// async let work: Void = doWork(waitingFor: gate)
/// try await gate.waitForArrivals()      // the work has come as far as the gate
/// gate.open()
/// ```
public final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrivals = 0
    }

    private let state = Observed(State())

    /// Makes a closed gate.
    public init() {}

    /// Whether it has been opened.
    public var isOpen: Bool { state.value.isOpen }

    /// How many tasks have come to the gate so far, also those that went through.
    public var arrivals: Int { state.value.arrivals }

    /// Lets everybody through, now and later.
    public func open() {
        state.update { $0.isOpen = true }
    }

    /// Suspends until the gate is open.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func wait() async throws {
        state.update { $0.arrivals += 1 }
        try await parked { try await state.first { $0.isOpen ? () : nil } }
    }

    /// Suspends until the gate is open, whatever happens to the task.
    public func waitIgnoringCancellation() async {
        state.update { $0.arrivals += 1 }
        // A task of its own is not cancelled with the caller, so the wait cannot throw.
        await parked { await Task { [state] in _ = try? await state.first { $0.isOpen ? () : nil } }.value }
    }

    /// Suspends until so many tasks have come to the gate.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func waitForArrivals(_ count: Int = 1) async throws {
        try await state.first { $0.arrivals >= count ? () : nil }
    }
}
