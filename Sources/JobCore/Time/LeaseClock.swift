internal import Synchronization

/// A store's view of the time: what the clock shows, and what counts where it asks whether a lease is over.
///
/// The two differ for a while after the wall clock was set forward. The workers are alive then, though their leases
/// seem to have run out; they renew them by uptime, which nobody sets, and are given the time to do so.
package final class LeaseClock: Sendable {
    /// A look at the clock.
    package struct Reading: Hashable, Sendable {
        /// What the wall clock shows.
        package var now: Timestamp
        /// Leases that end up to then are over; at most ``now``.
        package var leases: Timestamp
        /// From when on ``leases`` is ``now`` again, if nobody sets the clock.
        package var settled: Timestamp

        /// A look at a clock that nobody has set.
        package init(now: Timestamp) {
            self.init(now: now, leases: now, settled: now)
        }

        fileprivate init(now: Timestamp, leases: Timestamp, settled: Timestamp) {
            self.now = now
            self.leases = leases
            self.settled = settled
        }

        /// When a lease that was to end at `time` counts as over.
        package func end(of time: Timestamp) -> Timestamp {
            // What is over already stays so, and what ends after now was renewed since the clock was set.
            guard leases < time, time <= now else { return time }
            return min(now + (time - leases), settled)
        }
    }

    private struct State {
        /// What was seen last.
        var known: (now: Timestamp, uptime: Duration)?
        /// How far the clock was set forward lately.
        var step = Duration.zero
        /// The uptime at which that no longer counts.
        var settled = Duration.zero
    }

    /// How long after a step leases are measured by the time that the clock would show without it.
    ///
    /// Workers renew their leases after a third of them, so it is enough for leases of three minutes.
    package static let grace = Duration.seconds(60)
    /// Differences that are no step: a clock that is corrected slowly, and the time between two looks at two clocks.
    private static let tolerance = Duration.seconds(1)

    private let time: TimeSource
    private let state = Mutex(State())

    /// Makes a view of the time.
    package init(_ time: TimeSource) {
        self.time = time
        _ = read()
    }

    /// The time that nobody sets.
    package var uptime: Duration { time.uptime }

    /// Looks at the clock; any thread may.
    package func read() -> Reading {
        state.withLock { state in
            let (now, uptime) = (time.now, time.uptime)
            defer { state.known = (now, uptime) }
            // What is shorter than a microsecond is nothing to a timestamp, and would be due again and again.
            if state.settled - uptime < .microseconds(1) { state.step = .zero }
            if let known = state.known {
                let step = (now - known.now) - (uptime - known.uptime)
                if step > Self.tolerance {
                    state.step += step
                    state.settled = uptime + Self.grace
                } else if step < .zero - Self.tolerance {
                    state.step = max(.zero, state.step + step)
                }
            }
            guard state.step > .zero else { return Reading(now: now) }
            return Reading(now: now, leases: now - state.step, settled: now + (state.settled - uptime))
        }
    }
}
