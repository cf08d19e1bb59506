/// The tokens that repeats are paid with.
///
/// Source: botocore's `retries/quota.py` and `retries/standard.py`.
struct RetryQuota: Hashable, Sendable {
    static let cost = 5
    static let timeoutCost = 10

    private let capacity: Int
    private(set) var available: Int

    init(capacity: Int) {
        self.capacity = max(0, capacity)
        self.available = self.capacity
    }

    /// Pays for a repeat.
    ///
    /// - Returns: what was paid; nil when there is not enough.
    mutating func pay(isTimeout: Bool) -> Int? {
        let cost = isTimeout ? Self.timeoutCost : Self.cost
        guard available >= cost else { return nil }
        available -= cost
        return cost
    }

    /// A call succeeded: what its last repeat cost comes back, or one token.
    mutating func succeeded(paid: Int?) {
        available = min(capacity, available + (paid ?? 1))
    }
}
