public import JobCore

/// What EC2 offers to a fleet: images, types, zones and prices, as read at a time.
public struct FleetMarket: Hashable, Sendable {
    /// What an instance type is.
    public struct InstanceType: Hashable, Sendable {
        /// Virtual processors.
        public var vcpus: Int
        /// MiB of memory.
        public var memory: Int
        /// What its processors understand.
        public var architecture: FleetSpecification.Architecture

        /// Makes a type.
        public init(vcpus: Int, memory: Int, architecture: FleetSpecification.Architecture) {
            self.vcpus = vcpus
            self.memory = memory
            self.architecture = architecture
        }
    }

    /// The ids of the images.
    public var images: [FleetSpecification.Architecture: String]
    /// The known types among those of the fleet.
    public var types: [String: InstanceType]
    /// The Availability Zone of each subnet.
    public var zones: [String: String]
    /// Where a type is offered, as the types of each zone; a zone that is missing here is taken to offer all.
    public var offerings: [String: Set<String>]
    /// Spot prices by pool; only `spot` pools.
    public var spotPrices: [CapacityPool: PriceSeries]
    /// When it was read.
    public var readAt: Timestamp

    /// Makes a market.
    public init(
        images: [FleetSpecification.Architecture: String], types: [String: InstanceType], zones: [String: String],
        offerings: [String: Set<String>] = [:], spotPrices: [CapacityPool: PriceSeries] = [:], readAt: Timestamp
    ) {
        self.images = images
        self.types = types
        self.zones = zones
        self.offerings = offerings
        self.spotPrices = spotPrices
        self.readAt = readAt
    }

    /// The price of a pool in dollars an hour; nil when nobody knows it.
    ///
    /// A spot price that is not known is taken to be the on-demand price, which it does not exceed.
    public func price(of pool: CapacityPool, for spec: FleetSpecification) -> Double? {
        switch pool.lifecycle {
        case .onDemand: spec.onDemandPrices[pool.type]
        case .spot: spotPrices[pool]?.current ?? spec.onDemandPrices[pool.type]
        }
    }
}
