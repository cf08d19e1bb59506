internal import Glibc

/// Instants of the kernel's monotonic clock, in nanoseconds, as the event loop compares them.
struct MonotonicTime: Comparable {
    let nanoseconds: UInt64

    static let never = MonotonicTime(nanoseconds: .max)

    static func now() -> MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    func advanced(byMilliseconds milliseconds: Int) -> MonotonicTime {
        let (product, overflowed) = UInt64(max(0, milliseconds)).multipliedReportingOverflow(by: 1_000_000)
        let (sum, exceeded) = nanoseconds.addingReportingOverflow(product)
        return overflowed || exceeded ? .never : MonotonicTime(nanoseconds: sum)
    }

    /// Whole milliseconds until the other instant, rounded up; 0 when it has passed.
    func milliseconds(until other: MonotonicTime) -> Int32 {
        guard other > self else { return 0 }
        let wait = (other.nanoseconds - nanoseconds).dividedRoundingUp(by: 1_000_000)
        return Int32(clamping: wait)
    }
}

extension UInt64 {
    fileprivate func dividedRoundingUp(by divisor: UInt64) -> UInt64 {
        self / divisor + (self % divisor == 0 ? 0 : 1)
    }
}

extension Duration {
    /// Whole milliseconds, at least one, at most what fits an `Int`.
    var positiveMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (product, overflowed) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflowed, product < Int64.max - 1000 else { return .max }
        return max(1, Int(product + attoseconds / 1_000_000_000_000_000))
    }
}
