internal import JobCore

/// How long to wait before something is tried again.
enum BackOff {
    /// 0.1 s doubling up to 10 s, with up to half taken away at random.
    ///
    /// - Parameters:
    ///   - failures: how many tries in a row have failed, from 1.
    ///   - requested: what the server asked for; a lower bound up to the longest wait.
    ///   - unit: a random number in 0 ..< 1.
    static func delay(after failures: Int, atLeast requested: Duration? = nil, unit: Double) -> Duration {
        let full = min(longest, .milliseconds(100) * (1 << min(7, max(0, failures - 1))))
        return max(full * (1 - unit / 2), min(longest, requested ?? .zero))
    }

    static let longest = Duration.seconds(10)
}
