import JobCore
import Synchronization

/// A clock on which sleeping takes no time of ours: it moves on by what is slept.
final class FastTime: Sendable {
    private struct State {
        var now: Timestamp
        var uptime = Duration.seconds(1_000)
        var slept: [Duration] = []
    }

    private let state: Mutex<State>

    init(_ now: Timestamp = Timestamp(seconds: 1_767_225_600)) {
        state = Mutex(State(now: now))
    }

    var now: Timestamp { state.withLock { $0.now } }
    var uptime: Duration { state.withLock { $0.uptime } }
    /// The sleeps so far.
    var slept: [Duration] { state.withLock { $0.slept } }

    func advance(by duration: Duration) {
        state.withLock { state in
            state.now = state.now + duration
            state.uptime += duration
        }
    }

    var source: TimeSource {
        TimeSource(now: { self.now }, uptime: { self.uptime }) { duration in
            try Task.checkCancellation()
            self.state.withLock { state in
                state.now = state.now + duration
                state.uptime += duration
                state.slept.append(duration)
            }
            await Task.yield()
        }
    }
}
