internal import JobCore

extension FakeEC2 {
    /// What an instance has cost by now, in dollars, as AWS bills Linux instances: by the second, at least a minute, at
    /// the price of each moment; and nothing for one that EC2 took back in its first hour.
    public func dollars(of id: Instance.ID) -> Double {
        change { world in world.instances[id].map { world.dollars(of: $0) } ?? 0 }
    }

    /// What all instances that are still listed have cost by now, in dollars.
    public var dollars: Double {
        change { world in world.launchOrder.compactMap { world.instances[$0] }.reduce(0) { $0 + world.dollars(of: $1) }
        }
    }
}

extension EC2World {
    func dollars(of instance: FakeEC2.Instance) -> Double {
        guard let start = instance.runningAt, let type = type(named: instance.pool.type) else { return 0 }
        let end = max(instance.endedAt ?? now, start + .seconds(instance.endedAt == nil ? 0 : 60))
        if instance.wasInterrupted, end - start < .seconds(3_600) { return 0 }
        guard instance.pool.lifecycle == .spot else { return type.onDemandDollars * (end - start).inSeconds / 3_600 }
        let changes = prices(type: type, zone: instance.pool.zone, from: start, until: end)
        return changes.enumerated().reduce(0) { sum, change in
            let from = max(start, change.element.from)
            let until = change.offset + 1 < changes.count ? changes[change.offset + 1].from : end
            return sum + change.element.dollars * max(.zero, until - from).inSeconds / 3_600
        }
    }
}
