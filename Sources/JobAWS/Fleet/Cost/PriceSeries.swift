public import JobCore

/// A price that changes at times, in dollars an hour.
public struct PriceSeries: Hashable, Sendable {
    /// A change of the price.
    public struct Step: Hashable, Sendable {
        /// From when on it holds.
        public var time: Timestamp
        /// Dollars an hour.
        public var price: Double

        /// Makes a step.
        public init(time: Timestamp, price: Double) {
            self.time = time
            self.price = price
        }
    }

    /// The changes, earliest first; each differs from the one before.
    public private(set) var steps: [Step]

    /// Makes a series of changes in any order.
    public init(_ steps: [Step] = []) {
        self.steps = []
        for step in steps.sorted(by: { $0.time < $1.time }) { append(step) }
    }

    /// Makes a price that never changes.
    public init(constant price: Double) {
        steps = [Step(time: .epoch, price: price)]
    }

    /// The last price; nil when none is known.
    public var current: Double? { steps.last?.price }

    /// The price at a time; before the first change that of the first one, because something was surely charged.
    public func price(at time: Timestamp) -> Double? {
        (steps.last { $0.time <= time } ?? steps.first)?.price
    }

    /// Adds a change that is not earlier than the last one; does nothing when the price stays.
    public mutating func append(_ step: Step) {
        if let last = steps.last, last.price == step.price || step.time < last.time { return }
        steps.append(step)
    }

    /// The changes that matter from a time on, beginning with the one that holds then.
    public func since(_ time: Timestamp) -> PriceSeries {
        let first = steps.lastIndex { $0.time <= time } ?? 0
        return PriceSeries(Array(steps.dropFirst(first)))
    }

    /// Dollars for a stretch of time; nil when no price is known.
    public func cost(from start: Timestamp, to end: Timestamp) -> Double? {
        guard let first = steps.first else { return nil }
        guard start < end else { return 0 }
        var total = 0.0
        var price = first.price
        var reached = start
        for step in steps where step.time < end {
            if step.time > reached {
                total += price * (step.time - reached).inSeconds
                reached = step.time
            }
            price = step.price
        }
        total += price * (end - reached).inSeconds
        return total / 3_600
    }
}
