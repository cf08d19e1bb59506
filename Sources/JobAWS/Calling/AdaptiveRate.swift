internal import Glibc
internal import JobCore

/// The rate at which calls of one operation may be sent, learned from throttling: a token bucket that CUBIC steers.
///
/// Without throttling there is no limit. All times are uptimes. A caller takes its token at once and is told how long
/// to wait for it, so callers line up without a queue.
///
/// Source: botocore's `retries/adaptive.py`, `throttling.py` and `bucket.py`.
struct AdaptiveRate: Sendable {
    private static let beta = 0.7
    private static let scale = 0.4
    private static let slowest = 0.5
    private static let smoothing = 0.8
    private static let slice = 0.5
    /// Nobody waits longer for a token, so that a wrong guess ends by itself.
    private static let longest = 20.0

    private(set) var isLimited = false
    /// Calls in a second.
    private(set) var limit = 0.5
    private var tokens = 1.0
    private var filledAt = 0.0

    private var lastMost = 0.0
    private var lastFailure = 0.0

    private var measured = 0.0
    private var sliceStart: Double?
    private var sliceCount = 0.0

    /// Takes a token for a call.
    ///
    /// - Returns: how long to wait before it is sent.
    mutating func wait(at uptime: Duration) -> Duration {
        guard isLimited else { return .zero }
        fill(at: uptime.inSeconds)
        tokens = max(tokens - 1, -Self.longest * limit)
        return tokens >= 0 ? .zero : .seconds(min(-tokens / limit, Self.longest))
    }

    /// Learns from an answer.
    mutating func answered(throttled: Bool, at uptime: Duration) {
        let now = uptime.inSeconds
        measure(now)
        let rate: Double
        if throttled {
            let used = isLimited ? min(measured, limit) : measured
            lastMost = used
            lastFailure = now
            rate = used * Self.beta
            if !isLimited { filledAt = now }
            isLimited = true
        } else {
            guard isLimited else { return }
            let inflection = cbrt(lastMost * (1 - Self.beta) / Self.scale)
            let distance = now - lastFailure - inflection
            rate = Self.scale * distance * distance * distance + lastMost
        }
        fill(at: now)
        limit = max(min(rate, 2 * measured), Self.slowest)
        tokens = min(tokens, max(limit, 1))
    }

    private mutating func fill(at now: Double) {
        tokens = min(max(limit, 1), tokens + max(0, now - filledAt) * limit)
        filledAt = max(filledAt, now)
    }

    private mutating func measure(_ now: Double) {
        sliceCount += 1
        let current = (now / Self.slice).rounded(.down) * Self.slice
        guard let start = sliceStart else {
            sliceStart = current
            return
        }
        guard current > start else { return }
        let rate = sliceCount / (current - start)
        measured = rate * Self.smoothing + measured * (1 - Self.smoothing)
        sliceCount = 0
        sliceStart = current
    }
}
