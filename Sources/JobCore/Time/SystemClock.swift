#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The operating system's wall clock.
enum SystemClock {
    /// Where uptime is counted from.
    static let start = ContinuousClock.now

    /// The current time, rounded down to microseconds.
    static func wallTime() -> Timestamp {
        Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }
}
