internal import JobCore
internal import Synchronization

/// One call of an executor under a test bench: whether it works, or stands until time passes or a test acts.
final class WatchedCall: Sendable {
    private struct State {
        var sleeps = 0
        var endlessSleeps = 0
        var gates = 0
    }

    /// What a call is parked at.
    enum Place: Hashable {
        /// The manual clock, for a time that ends.
        case clock
        /// The manual clock, for ever.
        case endless
        /// A gate or an event that a test brings about.
        case gate
    }

    /// The call that the current task belongs to; nil outside test benches.
    @TaskLocal static var current: WatchedCall?

    let invocation: StepInvocation
    private let state = Mutex(State())
    private let changed: @Sendable () -> Void

    init(_ invocation: StepInvocation, changed: @escaping @Sendable () -> Void) {
        self.invocation = invocation
        self.changed = changed
    }

    /// Whether it stands somewhere.
    var isParked: Bool { state.withLock { $0.sleeps + $0.endlessSleeps + $0.gates > 0 } }

    /// Whether the passing of time alone makes it go on, its time limit aside.
    var sleeps: Bool { state.withLock { $0.sleeps > 0 } }

    func park(at place: Place) { count(place, 1) }

    func unpark(from place: Place) { count(place, -1) }

    private func count(_ place: Place, _ change: Int) {
        state.withLock { state in
            switch place {
            case .clock: state.sleeps += change
            case .endless: state.endlessSleeps += change
            case .gate: state.gates += change
            }
        }
        changed()
    }
}

/// Runs a wait that only a test can end, marked as such where a test bench watches.
func parked<Value>(_ wait: () async throws -> Value) async rethrows -> Value {
    guard let call = WatchedCall.current else { return try await wait() }
    call.park(at: .gate)
    defer { call.unpark(from: .gate) }
    return try await wait()
}
