internal import JobCore

/// Which pools had no capacity a short while ago, or took an instance back.
struct CapacityMemory: Sendable {
    /// How long a pool is avoided.
    let lifetime: Duration
    private var until: [CapacityPool: Timestamp] = [:]

    init(lifetime: Duration) {
        self.lifetime = lifetime
    }

    mutating func avoid(_ pool: CapacityPool, at now: Timestamp) {
        until[pool] = max(until[pool] ?? now, now + lifetime)
    }

    func avoids(_ pool: CapacityPool, at now: Timestamp) -> Bool {
        until[pool].map { now < $0 } ?? false
    }

    mutating func forgetOld(at now: Timestamp) {
        if until.contains(where: { $0.value <= now }) { until = until.filter { now < $0.value } }
    }

    /// The pools that are avoided, in order.
    func avoided(at now: Timestamp) -> [CapacityPool] {
        until.filter { now < $0.value }.map(\.key).sorted()
    }
}
