public import JobCore

/// How a fleet fares, as the service that leads last wrote it down.
public struct FleetStatus: Hashable, Sendable {
    /// Slots that jobs wait for and that no instance or launch under way will have.
    public var shortage: Int
    /// Launches in a row that gave nothing.
    public var misses: Int
    /// What somebody must mend before the fleet can launch; nil for nothing.
    public var fault: String?
    /// The pools that are avoided for a while.
    public var avoided: [CapacityPool]

    /// Makes a status.
    public init(shortage: Int = 0, misses: Int = 0, fault: String? = nil, avoided: [CapacityPool] = []) {
        self.shortage = shortage
        self.misses = misses
        self.fault = fault
        self.avoided = avoided
    }

    /// The status as JSON.
    public var json: JSONValue {
        var builder = ObjectBuilder()
        builder["shortage"] = .integer(Int64(shortage))
        builder["misses"] = .integer(Int64(misses))
        builder["fault"] = fault.map { .string($0) }
        builder["avoided"] = .array(
            avoided.map {
                ["type": .string($0.type), "zone": .string($0.zone), "lifecycle": .string($0.lifecycle.rawValue)]
            })
        return builder.json
    }

    init(json: JSONValue) {
        self.init(
            shortage: Int(json["shortage"]?.integerValue ?? 0), misses: Int(json["misses"]?.integerValue ?? 0),
            fault: json["fault"]?.stringValue)
        guard case .array(let pools) = json["avoided"] else { return }
        avoided = pools.compactMap { pool in
            guard let type = pool["type"]?.stringValue, let zone = pool["zone"]?.stringValue,
                let lifecycle = pool["lifecycle"]?.stringValue.flatMap(CapacityPool.Lifecycle.init)
            else { return nil }
            return CapacityPool(type: type, zone: zone, lifecycle: lifecycle)
        }
    }
}

extension FleetController {
    /// How a fleet fares.
    func status(of fleet: String, at now: Timestamp) -> FleetStatus {
        let mood = moods[fleet] ?? FleetMood()
        let types = Set(fleets[fleet]?.spec.instanceTypes ?? [])
        return FleetStatus(
            shortage: mood.shortage, misses: mood.misses, fault: mood.fault,
            avoided: memory.avoided(at: now).filter { types.contains($0.type) })
    }

    /// Forgets launches that were settled long ago.
    mutating func forget(before time: Timestamp) {
        let old = launches.values.filter { $0.state == .settled && $0.createdAt < time }
        for launch in old {
            launches[launch.id] = nil
            gone.subtract(launch.instances)
        }
    }
}
