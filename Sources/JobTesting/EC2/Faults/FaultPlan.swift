extension FakeEC2 {
    /// What goes wrong, as data: the same plan and the same calls give the same troubles.
    ///
    /// Times are counted from when the fake was made, or from when an instance was launched. Nothing goes wrong in the
    /// default plan.
    public struct FaultPlan: Hashable, Sendable {
        /// Pools that hold less than everything; of those that match a pool, the last counts.
        public var capacity: [Capacity] = []
        /// Calls that are answered wrongly; of those that match a call, the first counts.
        public var replies: [Reply] = []
        /// What becomes of instances; everything that matches happens.
        public var instances: [InstanceFault] = []
        /// How long a new instance is not found yet.
        public var invisible: Duration = .zero
        /// Interruptions in an hour of a spot instance, drawn from the seed.
        public var interruptionsPerHour: Double = 0
        /// How much the server's clock is ahead of the fake's time; negative when it is late.
        public var clockOffset: Duration = .zero
        /// The access keys whose credentials have expired, and since when.
        public var expiredCredentials: [String: Duration] = [:]

        /// Makes a plan without faults.
        public init() {}
    }

    /// How many instances a pool holds.
    public struct Capacity: Hashable, Sendable {
        /// The type; nil for all.
        public var type: String?
        /// The zone; nil for all.
        public var zone: String?
        /// How it is bought; nil for both.
        public var lifecycle: Lifecycle?
        /// Most instances that each pool can hold at a time; nil for any number.
        public var instances: Int?
        /// From when this holds.
        public var from: Duration
        /// Until when this holds; nil for ever.
        public var until: Duration?

        /// Makes a limit; for all pools and for ever, unless said otherwise.
        public init(
            _ instances: Int?, type: String? = nil, zone: String? = nil, lifecycle: Lifecycle? = nil,
            from: Duration = .zero, until: Duration? = nil
        ) {
            self.type = type
            self.zone = zone
            self.lifecycle = lifecycle
            self.instances = instances
            self.from = from
            self.until = until
        }

        func covers(_ pool: Pool, at age: Duration) -> Bool {
            (type ?? pool.type) == pool.type && (zone ?? pool.zone) == pool.zone
                && (lifecycle ?? pool.lifecycle) == pool.lifecycle && age >= from && until.map { age < $0 } ?? true
        }
    }

    /// A call that is not answered as it should be.
    public struct Reply: Hashable, Sendable {
        /// What happens to the call.
        public enum Effect: Hashable, Sendable {
            /// It does nothing and answers with an error, with the status that belongs to the code.
            case error(code: String, message: String? = nil)
            /// It does what it should, and the connection closes without an answer.
            case lost
            /// It does nothing, and the connection closes without an answer.
            case dropped
            /// It does nothing and is answered with a page of a load balancer.
            case page(status: Int)
        }

        /// The operation, such as `CreateFleet`; nil for all.
        public var operation: String?
        /// Which calls of the operation, from 1, counted from when the plan was set.
        public var calls: ClosedRange<Int>
        /// From when this holds.
        public var from: Duration
        /// Until when this holds; nil for ever.
        public var until: Duration?
        /// How many of these calls are affected, 0 to 1, drawn from the seed.
        public var probability: Double
        /// What happens.
        public var effect: Effect

        /// Makes a fault of answers; for each call and for ever, unless said otherwise.
        public init(
            _ effect: Effect, to operation: String? = nil, calls: ClosedRange<Int> = 1...Int.max,
            from: Duration = .zero, until: Duration? = nil, probability: Double = 1
        ) {
            self.operation = operation
            self.calls = calls
            self.from = from
            self.until = until
            self.probability = probability
            self.effect = effect
        }
    }
}
