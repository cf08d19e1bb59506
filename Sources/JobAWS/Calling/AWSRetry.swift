/// How a client repeats calls that failed for a reason that passes.
///
/// Waits are drawn from 0 to `base`·2ⁿ, bounded by `longest` (full jitter). Repeats are paid from a quota that
/// successes fill again, so that an outage is not answered with a multiple of the calls. With `adapts`, throttling
/// also slows down all later calls of the same operation, until AWS accepts them again.
///
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
public struct AWSRetry: Hashable, Sendable {
    /// How often a call is sent at most; at least 1.
    public var attempts: Int
    /// The longest first wait.
    public var base: Duration
    /// The longest of all waits.
    public var longest: Duration
    /// What the quota holds at most; a repeat costs 5, one after a timeout 10.
    public var quota: Int
    /// Whether throttling slows down later calls.
    public var adapts: Bool

    /// Makes a policy, by default 3 attempts with up to 1 s, 2 s … 20 s between them.
    public init(
        attempts: Int = 3, base: Duration = .seconds(1), longest: Duration = .seconds(20), quota: Int = 500,
        adapts: Bool = true
    ) {
        self.attempts = max(1, attempts)
        self.base = base
        self.longest = longest
        self.quota = quota
        self.adapts = adapts
    }

    /// The standard policy.
    public static let standard = AWSRetry()
    /// Every call is sent once.
    public static let never = AWSRetry(attempts: 1, adapts: false)

    /// The wait before a repeat.
    ///
    /// - Parameters:
    ///   - attempt: how often the call was sent so far, from 1.
    ///   - unit: a random number in `0 ..< 1`.
    func delay(after attempt: Int, unit: Double) -> Duration {
        let grown = base * (1 << min(max(0, attempt - 1), 20))
        return min(grown, longest) * unit
    }
}
