import JobCore
import Synchronization

/// A service's limit: so many calls in a second, with a second's worth saved up at most.
final class Bucket: Sendable {
    private struct State {
        var tokens: Double
        var filledAt: Duration
        var taken = 0
        var refused = 0
    }

    private let time: FastTime
    private let rate: Double
    private let state: Mutex<State>

    init(time: FastTime, rate: Double) {
        self.time = time
        self.rate = rate
        state = Mutex(State(tokens: rate, filledAt: time.uptime))
    }

    func take() -> Bool {
        let now = time.uptime
        return state.withLock { state in
            state.tokens = min(rate, state.tokens + (now - state.filledAt).inSeconds * rate)
            state.filledAt = now
            guard state.tokens >= 1 else {
                state.refused += 1
                return false
            }
            state.tokens -= 1
            state.taken += 1
            return true
        }
    }

    var counts: (taken: Int, refused: Int) { state.withLock { ($0.taken, $0.refused) } }
}
