#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// How often a step is tried and how long it waits in between.
public struct RetryPolicy: Hashable, Sendable {
    /// The shape of the delays.
    public enum Backoff: String, Hashable, Sendable, CaseIterable {
        /// `ceil(base + ((n − 1) · multiplier) ^ exponent)` seconds after attempt n.
        case power
        /// `n⁴ + 5` seconds after attempt n.
        case quartic
    }

    /// How many failed attempts a step may have, at least 1.
    public var limit: Int
    /// How many attempts a step may begin when workers vanish during them, at least 1.
    ///
    /// The same as ``limit`` where that was said, because a vanished worker uses up its attempt. Where nothing was
    /// said it is ``lossesAllowedByDefault``, so that a step which is not to be retried still survives a crash of its
    /// worker, while one that kills its worker ends `poisoned`.
    public var lossLimit: Int
    /// Whether a failure at the limit means that allowed retries were used up.
    public var isExplicit: Bool
    /// The shape of the delays.
    public var backoff: Backoff
    /// Seconds added to each delay of ``Backoff/power``.
    public var base: Double
    /// The factor for the number of earlier attempts of ``Backoff/power``.
    public var multiplier: Double
    /// The power of ``Backoff/power``.
    public var exponent: Double
    /// The longest delay.
    public var cap: Duration
    /// How much of each delay is taken away at random, 0 to 1.
    public var jitter: Double

    /// The longest delay of ``Backoff/power``: twelve hours.
    public static let longestDelay = Duration.seconds(43_200)

    /// The longest delay that a shape of delays may give.
    ///
    /// Twelve hours for ``Backoff/power``. Those of ``Backoff/quartic`` grow to days by intention, 25 attempts being
    /// spread over about twenty of them; it ends at thirty days.
    public static func longestDelay(of backoff: Backoff) -> Duration {
        switch backoff {
        case .power: longestDelay
        case .quartic: .seconds(30 * 86_400)
        }
    }

    /// How many attempts at a step may be begun when nothing was said and workers vanish.
    public static let lossesAllowedByDefault = 5

    /// Fills settings with the defaults of a step's kind: five attempts for `http`, one for all others; delays of
    /// 1, 2, 3, … seconds up to 12 h, without jitter.
    public init(_ options: RetryOptions = RetryOptions(), kind: String) {
        let standard = kind == BuiltInKind.http ? 5 : 1
        limit = max(1, options.limit ?? standard)
        lossLimit = max(1, options.limit ?? max(standard, Self.lossesAllowedByDefault))
        isExplicit = options.limit != nil || standard > 1
        backoff = options.backoff ?? .power
        base = options.base ?? 1
        multiplier = options.multiplier ?? 1
        exponent = options.exponent ?? 1
        cap = min(options.cap ?? .seconds(Int64.max), Self.longestDelay(of: backoff))
        jitter = options.jitter ?? 0
    }

    /// The wait after a failed attempt.
    ///
    /// Whatever the numbers, the result lies in 0 … ``cap``: overflow and not-a-number give the cap, negative
    /// results give zero. A delay that the receiver asked for (`Retry-After`) is a lower bound, still under the cap.
    ///
    /// - Parameters:
    ///   - attempt: the number of the failed attempt, from 1.
    ///   - requested: the delay that the other side asked for, if any.
    ///   - unit: a random number in 0 ..< 1 for the jitter.
    public func delay(afterAttempt attempt: Int, atLeast requested: Duration? = nil, unit: Double = 0) -> Duration {
        let number = Double(max(1, attempt))
        let seconds =
            switch backoff {
            case .power: (base + pow((number - 1) * multiplier, exponent)).rounded(.up)
            case .quartic: number * number * number * number + 5
            }
        let limit = min(cap, Self.longestDelay(of: backoff))
        var delay = limit
        if seconds.isFinite, seconds < limit.inSeconds { delay = .microseconds(Int64(max(0, seconds) * 1_000_000)) }
        let share = min(1, max(0, jitter.isNaN ? 0 : jitter)) * min(1, max(0, unit.isNaN ? 0 : unit))
        delay = .microseconds(Int64(Double(delay.wholeMicroseconds) * (1 - share)))
        return max(.zero, min(limit, max(delay, requested ?? .zero)))
    }
}
