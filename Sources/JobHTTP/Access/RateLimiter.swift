internal import JobCore
internal import Synchronization

/// How many calls each caller may make: a bucket that fills steadily and is emptied by calls.
final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var at: Duration
    }

    private let perSecond: Double
    private let burst: Double
    private let time: TimeSource
    private let buckets = Mutex<[String: Bucket]>([:])

    /// Makes a limiter; a second's worth of calls may come at once.
    init(perSecond: Int, time: TimeSource) {
        self.perSecond = Double(perSecond)
        burst = Double(perSecond)
        self.time = time
    }

    /// Takes one call of a caller; false when it has made too many.
    func take(_ caller: String) -> Bool {
        let now = time.uptime
        return buckets.withLock { buckets in
            if buckets.count > Self.mostCallers {
                // Full buckets are those of callers that were quiet; a new one is as good.
                buckets = buckets.filter { $0.value.tokens + Self.seconds(now - $0.value.at) * perSecond < burst }
            }
            var bucket = buckets[caller] ?? Bucket(tokens: burst, at: now)
            bucket.tokens = min(burst, bucket.tokens + Self.seconds(now - bucket.at) * perSecond)
            bucket.at = now
            let isAllowed = bucket.tokens >= 1
            if isAllowed { bucket.tokens -= 1 }
            buckets[caller] = bucket
            return isAllowed
        }
    }

    private static let mostCallers = 10_000

    private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
}
