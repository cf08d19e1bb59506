/// Retry settings as written: whatever is nil comes from the job, then from the step's kind.
public struct RetryOptions: Hashable, Sendable {
    /// How many attempts in all, 1 to 1,000.
    public var limit: Int?
    /// The shape of the delays.
    public var backoff: RetryPolicy.Backoff?
    /// Seconds added to each delay, 0 to 43,200.
    public var base: Double?
    /// The factor for the number of earlier attempts, 0 to 43,200.
    public var multiplier: Double?
    /// The power of the growing part, 0 to 100.
    public var exponent: Double?
    /// The longest delay, up to 12 h, or 30 days with the quartic back-off.
    public var cap: Duration?
    /// How much of each delay is taken away at random, 0 (none) to 1 (up to all of it).
    public var jitter: Double?

    /// Makes settings; what is not given stays open.
    public init(
        limit: Int? = nil, backoff: RetryPolicy.Backoff? = nil, base: Double? = nil, multiplier: Double? = nil,
        exponent: Double? = nil, cap: Duration? = nil, jitter: Double? = nil
    ) {
        self.limit = limit
        self.backoff = backoff
        self.base = base
        self.multiplier = multiplier
        self.exponent = exponent
        self.cap = cap
        self.jitter = jitter
    }

    /// These settings with what they leave open taken from others.
    public func filled(from other: RetryOptions) -> RetryOptions {
        RetryOptions(
            limit: limit ?? other.limit, backoff: backoff ?? other.backoff, base: base ?? other.base,
            multiplier: multiplier ?? other.multiplier, exponent: exponent ?? other.exponent, cap: cap ?? other.cap,
            jitter: jitter ?? other.jitter)
    }
}
