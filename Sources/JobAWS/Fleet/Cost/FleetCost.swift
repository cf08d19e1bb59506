public import JobCore

/// What something cost, as far as prices tell: an estimate of machine time, without volumes, addresses and traffic.
public struct FleetCost: Hashable, Sendable {
    /// Dollars; nil when no price is known.
    public var dollars: Double?
    /// What the same time would have cost on demand; nil when a type's on-demand price is not known.
    public var onDemand: Double?

    /// Makes a cost.
    public init(dollars: Double? = 0, onDemand: Double? = 0) {
        self.dollars = dollars
        self.onDemand = onDemand
    }

    /// Two costs together; what is not known of one is not known of both.
    public static func + (left: FleetCost, right: FleetCost) -> FleetCost {
        func sum(_ left: Double?, _ right: Double?) -> Double? {
            guard let left, let right else { return nil }
            return left + right
        }
        return FleetCost(dollars: sum(left.dollars, right.dollars), onDemand: sum(left.onDemand, right.onDemand))
    }

    /// The cost of an instance from its launch until it ended, or until now.
    ///
    /// The first hour is free when EC2 takes a spot instance back within it.
    public init(of instance: FleetInstance, until now: Timestamp) {
        self.init(of: instance, from: instance.launchedAt, to: instance.endedAt ?? now)
    }

    /// The cost of an instance for a stretch of its life.
    public init(of instance: FleetInstance, from start: Timestamp, to end: Timestamp) {
        let end = min(end, instance.endedAt ?? end)
        let start = max(start, instance.launchedAt)
        dollars = instance.isFree ? 0 : instance.prices.cost(from: start, to: end)
        onDemand = instance.onDemandPrice.map { $0 * max(.zero, end - start).inSeconds / 3_600 }
    }

    /// The cost of an attempt: its share of the instance's slots for the time that it took.
    ///
    /// What an instance costs while slots are empty is the fleet's, not a job's.
    ///
    /// - Parameters:
    ///   - attempt: the attempt.
    ///   - instance: the instance that its worker ran on.
    ///   - now: the time, for an attempt that has not ended.
    public init(of attempt: Attempt, on instance: FleetInstance, until now: Timestamp) {
        let whole = FleetCost(of: instance, from: attempt.startedAt, to: attempt.finishedAt ?? now)
        let share = 1 / Double(max(1, instance.slots))
        self.init(dollars: whole.dollars.map { $0 * share }, onDemand: whole.onDemand.map { $0 * share })
    }
}

extension FleetInstance {
    /// Whether it costs nothing, because EC2 took it back within its first hour.
    public var isFree: Bool {
        guard ending == .interrupted, pool.lifecycle == .spot, let endedAt else { return false }
        return endedAt - launchedAt < .seconds(3_600)
    }
}
