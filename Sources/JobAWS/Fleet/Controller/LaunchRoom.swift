internal import JobCore

extension FleetMarket {
    /// All pools that may give what a fleet wants, cheapest first; those whose price nobody knows come last.
    func candidates(
        for spec: FleetSpecification, _ lifecycle: CapacityPool.Lifecycle
    ) -> [LaunchRecord.Candidate] {
        var found: [(price: Double, candidate: LaunchRecord.Candidate)] = []
        var taken: Set<CapacityPool> = []
        for type in spec.instanceTypes {
            guard let kind = types[type], let image = images[kind.architecture] else { continue }
            for subnet in spec.subnets {
                guard let zone = zones[subnet], offerings[zone]?.contains(type) ?? true else { continue }
                let pool = CapacityPool(type: type, zone: zone, lifecycle: lifecycle)
                // One subnet of a zone is enough, and EC2 refuses a pool that is named twice.
                guard taken.insert(pool).inserted else { continue }
                let price = price(of: pool, for: spec) ?? .infinity
                found.append((price, LaunchRecord.Candidate(pool: pool, subnet: subnet, image: image)))
            }
        }
        return found.sorted { ($0.price, $0.candidate.pool) < ($1.price, $1.candidate.pool) }.map(\.candidate)
    }
}

/// What the limits of a fleet leave.
struct LaunchRoom {
    var instances: Int
    var vcpus: Int
    var dollars: Double

    init(limits: FleetSpecification.Limits, balance: FleetController.Balance) {
        instances = limits.instances - balance.instances
        vcpus = limits.vcpus.map { $0 - balance.vcpus } ?? .max
        dollars = limits.dollarsPerHour.map { $0 - balance.dollars } ?? .infinity
    }

    /// The greatest launch that stays within the limits whichever of its pools EC2 chooses; nil when there is none.
    ///
    /// Its id, tags and time are still to be filled in.
    func launch(
        wanted: Int, from candidates: [LaunchRecord.Candidate], spec: FleetSpecification, market: FleetMarket, most: Int
    ) -> LaunchRecord? {
        var chosen: [LaunchRecord.Candidate] = []
        var vcpusOfOne = 0
        var priceOfOne = 0.0
        var isPriceKnown = true
        for candidate in candidates.prefix(most) {
            let vcpus = market.types[candidate.pool.type]?.vcpus ?? 0
            let price = market.price(of: candidate.pool, for: spec)
            guard vcpus <= self.vcpus else { continue }
            if dollars < .infinity {
                guard let price, price <= dollars + 1e-9 else { continue }
            }
            chosen.append(candidate)
            vcpusOfOne = max(vcpusOfOne, vcpus)
            if let price { priceOfOne = max(priceOfOne, price) } else { isPriceKnown = false }
        }
        var count = min(wanted, instances)
        if vcpusOfOne > 0, vcpus < .max { count = min(count, vcpus / vcpusOfOne) }
        if priceOfOne > 0, dollars < .infinity { count = min(count, Int((dollars + 1e-9) / priceOfOne)) }
        guard count > 0, let first = chosen.first else { return nil }
        return LaunchRecord(
            id: "", fleet: spec.name, count: count, lifecycle: first.pool.lifecycle, candidates: chosen, tags: [:],
            vcpus: vcpusOfOne, price: isPriceKnown ? priceOfOne : nil, createdAt: .epoch)
    }
}
