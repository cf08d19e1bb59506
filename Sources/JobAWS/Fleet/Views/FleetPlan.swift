public import JobCore

/// What a fleet would launch now, and at what price; nothing is launched.
public struct FleetPlan: Hashable, Sendable {
    /// A pool that would be named.
    public struct Offer: Hashable, Sendable {
        /// The pool.
        public var pool: CapacityPool
        /// The subnet.
        public var subnet: String
        /// The image.
        public var image: String
        /// Virtual processors.
        public var vcpus: Int
        /// Dollars an hour; nil when nobody knows.
        public var price: Double?
    }

    /// The fleet.
    public var fleet: String
    /// Slots that jobs wait for, beyond what there is.
    public var shortage: Int
    /// How many instances would be asked for.
    public var count: Int
    /// How they would be paid; nil when none would be asked for.
    public var lifecycle: CapacityPool.Lifecycle?
    /// Where they might come from, cheapest first.
    public var offers: [Offer]
    /// The most that these instances would cost together, in dollars an hour; nil when a price is not known.
    public var dollarsPerHour: Double?
    /// What the same instances would cost on demand at most; nil when a price is not known.
    public var onDemandDollarsPerHour: Double?
    /// Instances that exist.
    public var existing: Int
    /// Why nothing would be launched, for people; nil when something would.
    public var reason: String?

    /// Makes a plan.
    ///
    /// - Parameters:
    ///   - fleet: the fleet.
    ///   - market: what EC2 offers to it.
    ///   - observation: work and workers.
    ///   - instances: the recorded instances.
    ///   - launches: the recorded launches.
    ///   - settings: how the controller decides.
    ///   - now: the time.
    public init(
        for fleet: FleetRecord, market: FleetMarket, observation: FleetObservation, instances: [FleetInstance] = [],
        launches: [LaunchRecord] = [], settings: FleetController.Settings, at now: Timestamp
    ) {
        let spec = fleet.spec
        var controller = FleetController(
            settings: settings, launches: launches, instances: instances, at: now, random: .system)
        _ = controller.handle(.fleets([fleet]), at: now)
        _ = controller.handle(.market(fleet: spec.name, market), at: now)
        // The records are believed: a list that begins now says nothing of what is missing.
        _ = controller.handle(.listed([], templates: [], began: .epoch), at: now)
        let actions = controller.handle(.observed(observation), at: now)
        self.init(
            fleet: spec.name, shortage: controller.moods[spec.name]?.shortage ?? 0, count: 0, offers: [],
            existing: controller.instances.values.count { $0.fleet == spec.name && $0.counts })
        for case .launch(let launch) in actions where launch.fleet == spec.name {
            count = launch.count
            lifecycle = launch.lifecycle
            dollarsPerHour = launch.price.map { $0 * Double(launch.count) }
            offers = launch.candidates.map { candidate in
                Offer(
                    pool: candidate.pool, subnet: candidate.subnet, image: candidate.image,
                    vcpus: market.types[candidate.pool.type]?.vcpus ?? 0,
                    price: market.price(of: candidate.pool, for: spec))
            }
            let prices = launch.candidates.map { spec.onDemandPrices[$0.pool.type] }
            if let most = prices.compactMap(\.self).max(), !prices.contains(nil) {
                onDemandDollarsPerHour = most * Double(launch.count)
            }
        }
        if count == 0 { reason = reason(fleet, market, controller) }
    }

    private init(fleet: String, shortage: Int, count: Int, offers: [Offer], existing: Int) {
        self.fleet = fleet
        self.shortage = shortage
        self.count = count
        self.offers = offers
        self.existing = existing
    }

    private func reason(_ fleet: FleetRecord, _ market: FleetMarket, _ controller: FleetController) -> String {
        let spec = fleet.spec
        if fleet.isDrained { return "the fleet is drained" }
        if shortage == 0 { return "no job waits for an instance" }
        let lifecycle: CapacityPool.Lifecycle = spec.onDemand.isAlways ? .onDemand : .spot
        if market.candidates(for: spec, lifecycle).isEmpty {
            return "no instance type, subnet and image of the fleet go together"
        }
        if existing >= spec.limits.instances { return "limits.instances is reached" }
        return "the fleet's limits leave no room for another instance"
    }

    /// The plan as JSON.
    public var json: JSONValue {
        var builder = ObjectBuilder()
        builder["fleet"] = .string(fleet)
        builder["existing"] = .integer(Int64(existing))
        builder["shortage"] = .integer(Int64(shortage))
        builder["count"] = .integer(Int64(count))
        builder["lifecycle"] = lifecycle.map { .string($0.rawValue) }
        builder["dollarsPerHour"] = dollarsPerHour.map { .number($0) }
        builder["onDemandDollarsPerHour"] = onDemandDollarsPerHour.map { .number($0) }
        builder["reason"] = reason.map { .string($0) }
        builder["offers"] = .array(
            offers.map { offer in
                var builder = ObjectBuilder()
                builder["type"] = .string(offer.pool.type)
                builder["zone"] = .string(offer.pool.zone)
                builder["subnet"] = .string(offer.subnet)
                builder["image"] = .string(offer.image)
                builder["vcpus"] = .integer(Int64(offer.vcpus))
                builder["price"] = offer.price.map { .number($0) }
                return builder.json
            })
        return builder.json
    }
}
