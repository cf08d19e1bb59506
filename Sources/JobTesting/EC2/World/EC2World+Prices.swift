internal import JobCore

extension EC2World {
    /// How often a made-up price changes.
    private static let step: Int64 = 4 * 3_600

    /// The spot prices that held in a span of time, oldest first: the first is the last change before its start.
    func prices(type: FakeEC2.InstanceType, zone: String, from: Timestamp, until: Timestamp) -> [FakeEC2.SpotPrice] {
        let changes = configuration.spotPrices[type.name]?.filter { ($0.zone ?? zone) == zone }.sorted {
            $0.from < $1.from
        }
        let all = changes ?? madeUp(type: type, zone: zone, from: from, until: until)
        let first = all.lastIndex { $0.from <= from } ?? all.startIndex
        return all[first...].filter { $0.from <= until }
    }

    /// What a pool costs now, in dollars per hour.
    func price(of pool: FakeEC2.Pool, at time: Timestamp) -> Double {
        guard let type = type(named: pool.type) else { return 0 }
        guard pool.lifecycle == .spot else { return type.onDemandDollars }
        return prices(type: type, zone: pool.zone, from: time, until: time).last?.dollars ?? type.onDemandDollars
    }

    func type(named name: String) -> FakeEC2.InstanceType? {
        configuration.instanceTypes.first { $0.name == name }
    }

    /// Prices that wander between a quarter and two fifths of the full price, the same for all fakes.
    private func madeUp(
        type: FakeEC2.InstanceType, zone: String, from: Timestamp, until: Timestamp
    ) -> [FakeEC2.SpotPrice] {
        // As far back as AWS remembers, whatever is asked for.
        let oldest = max(from, until - .seconds(90 * 86_400))
        let steps =
            (oldest.microseconds / 1_000_000 / Self.step)...(max(until, oldest).microseconds / 1_000_000 / Self.step)
        return steps.map { step in
            var seed: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in "\(type.name) \(zone) \(step)".utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
            var random = SeededRandom(seed: seed)
            let share = 0.25 + 0.15 * Double(random.next() >> 11) * 0x1p-53
            let start = Timestamp(seconds: step * Self.step)
            return FakeEC2.SpotPrice(
                zone: zone, from: start, dollars: (type.onDemandDollars * share * 10_000).rounded() / 10_000)
        }
    }
}
