extension FakeEC2 {
    /// What becomes of some instances.
    public struct InstanceFault: Hashable, Sendable {
        /// What happens to an instance.
        public enum Effect: Hashable, Sendable {
            /// It is pending for so much longer.
            case bootsLate(by: Duration)
            /// It is pending for ever.
            case staysPending
            /// It runs, as EC2 sees it, but nothing happens inside: no user data, no power-off.
            case neverBoots
            /// EC2 announces that it takes it back, so long after the launch, and does so at the end of the notice.
            case interrupted(after: Duration, action: String = "terminate")
            /// EC2 announces that it takes it back, and then leaves it alone.
            case spared(after: Duration)
            /// EC2 takes it back without a word.
            case dies(after: Duration)
            /// The hardware fails.
            case fails(after: Duration)
            /// EC2 recommends to replace it, and nothing more.
            case rebalance(after: Duration)
            /// A power-off from inside does nothing.
            case ignoresPowerOff
            /// `TerminateInstances` is refused, so often.
            case refusesTermination(times: Int = .max)
            /// It is shutting down for ever.
            case neverEnds
            /// Its metadata service goes wrong.
            case metadata(FakeIMDS.Fault)
        }

        /// Which launches, from 1.
        public var launches: ClosedRange<Int>
        /// The type; nil for all.
        public var type: String?
        /// The zone; nil for all.
        public var zone: String?
        /// How it is bought; nil for both.
        public var lifecycle: Lifecycle?
        /// What happens.
        public var effect: Effect

        /// Makes a fault of instances; for all of them, unless said otherwise.
        public init(
            _ effect: Effect, launches: ClosedRange<Int> = 1...Int.max, type: String? = nil, zone: String? = nil,
            lifecycle: Lifecycle? = nil
        ) {
            self.launches = launches
            self.type = type
            self.zone = zone
            self.lifecycle = lifecycle
            self.effect = effect
        }

        func concerns(_ instance: Instance) -> Bool {
            launches.contains(instance.ordinal) && (type ?? instance.pool.type) == instance.pool.type
                && (zone ?? instance.pool.zone) == instance.pool.zone
                && (lifecycle ?? instance.pool.lifecycle) == instance.pool.lifecycle
        }
    }
}
