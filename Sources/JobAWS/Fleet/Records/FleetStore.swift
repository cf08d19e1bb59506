public import JobCore

/// Fleets, launches and instances as a `RecordStore` keeps them.
///
/// People change fleets through it at any time, also while a server runs; only the server that leads writes launches
/// and instances.
public struct FleetStore: Sendable {
    let records: any RecordStore

    /// The collections.
    enum Collection {
        static let fleets = "fleets"
        static let launches = "fleet-launches"
        static let instances = "fleet-instances"
        static let enrolments = "fleet-enrolments"
        static let status = "fleet-status"
        static let lock = "fleet-lock"
    }

    /// How long what has ended is kept, so that its cost can be told: 30 days.
    public static let kept = Duration.seconds(30 * 86_400)

    /// Makes a store on records.
    public init(_ records: any RecordStore) {
        self.records = records
    }

    /// The fleets in the order of their names.
    ///
    /// - Throws: `QueueError`; ``InvalidFleet`` when one cannot be read.
    public func fleets() async throws -> [FleetRecord] {
        try await records.allRecords(in: Collection.fleets).map { try FleetRecord(json: $0.value) }
    }

    /// One fleet; nil when there is none of the name.
    ///
    /// - Throws: `QueueError`; ``InvalidFleet`` when it cannot be read.
    public func fleet(_ name: String) async throws -> FleetRecord? {
        try await records.record(name, in: Collection.fleets).map { try FleetRecord(json: $0.value) }
    }

    /// Stores a fleet's specification, new or in place of the one before; what was scaled or drained by hand stays.
    ///
    /// - Returns: whether the fleet is new.
    /// - Throws: ``InvalidFleet`` when it is not valid or another fleet serves one of its queues; `QueueError`.
    @discardableResult
    public func apply(_ spec: FleetSpecification) async throws -> Bool {
        try spec.validate()
        for other in try await fleets() where other.spec.name != spec.name {
            for (index, queue) in spec.queues.enumerated() where other.spec.queues.contains(queue) {
                let message = "is already served by the fleet \(other.spec.name)"
                throw InvalidFleet(issues: [FieldIssue(path: "queues[\(index)]", message: message)])
            }
        }
        var isNew = false
        try await change(spec.name) { record in
            isNew = record == nil
            var record = record ?? FleetRecord(spec: spec)
            record.spec = spec
            return record
        }
        return isNew
    }

    /// Sets the least number of instances in place of the specification's.
    ///
    /// - Parameters:
    ///   - name: the fleet.
    ///   - minimum: how many; nil for the specification's own.
    /// - Returns: whether there is such a fleet.
    /// - Throws: ``InvalidFleet`` when it is out of range; `QueueError`.
    public func scale(_ name: String, minimum: Int?) async throws -> Bool {
        if let minimum, let fleet = try await fleet(name), !(0...fleet.spec.limits.instances).contains(minimum) {
            let message = "must lie between 0 and limits.instances, which is \(fleet.spec.limits.instances)"
            throw InvalidFleet(issues: [FieldIssue(path: "minimum", message: message)])
        }
        return try await change(name) {
            $0.map { FleetRecord(spec: $0.spec, minimumOverride: minimum, isDrained: $0.isDrained) }
        }
    }

    /// Lets a fleet launch nothing and its instances end when they have finished what they run, or takes that back.
    ///
    /// - Returns: whether there is such a fleet.
    /// - Throws: `QueueError`.
    public func drain(_ name: String, _ isDrained: Bool = true) async throws -> Bool {
        try await change(name) { record in
            var record = record
            record?.isDrained = isDrained
            return record
        }
    }

    /// Removes a fleet; its instances end when they have finished what they run.
    ///
    /// - Returns: whether there was such a fleet.
    /// - Throws: `QueueError`.
    public func remove(_ name: String) async throws -> Bool {
        guard try await fleet(name) != nil else { return false }
        try await records.write([RecordChange(.delete, name, in: Collection.fleets)])
        return true
    }

    /// The launches of the last 30 days; damaged records are left out.
    ///
    /// - Throws: `QueueError`.
    public func launches() async throws -> [LaunchRecord] {
        try await records.allRecords(in: Collection.launches).compactMap {
            try? LaunchRecord(id: $0.key, json: $0.value)
        }
    }

    /// One launch; nil when there is none of the id.
    ///
    /// - Throws: `QueueError`, and an error that says what is wrong with a damaged record.
    public func launch(_ id: String) async throws -> LaunchRecord? {
        try await records.record(id, in: Collection.launches).map { try LaunchRecord(id: $0.key, json: $0.value) }
    }

    /// The instances, with those that went in the last 30 days; damaged records are left out.
    ///
    /// - Throws: `QueueError`.
    public func instances() async throws -> [FleetInstance] {
        try await records.allRecords(in: Collection.instances).compactMap {
            try? FleetInstance(id: $0.key, json: $0.value)
        }
    }

    /// One instance; nil when there is none of the id.
    ///
    /// - Throws: `QueueError`, and an error that says what is wrong with a damaged record.
    public func instance(_ id: String) async throws -> FleetInstance? {
        try await records.record(id, in: Collection.instances).map { try FleetInstance(id: $0.key, json: $0.value) }
    }

    /// Changes a fleet whatever others do meanwhile; a change that gives nil changes nothing.
    @discardableResult
    private func change(_ name: String, _ body: (FleetRecord?) throws -> FleetRecord?) async throws -> Bool {
        var conflicts = 0
        while true {
            let stored = try await records.record(name, in: Collection.fleets)
            guard let changed = try body(try stored.map { try FleetRecord(json: $0.value) }) else { return false }
            do {
                try await records.write([
                    RecordChange(
                        .put(changed.json), name, in: Collection.fleets,
                        expecting: stored.map { .version($0.version) } ?? .absent)
                ])
                return true
            } catch let conflict as RecordConflict {
                conflicts += 1
                if conflicts == 10 { throw conflict }
            }
        }
    }
}

extension FleetController.Change {
    /// The change as the store takes it.
    var stored: RecordChange {
        switch self {
        case .launch(let launch): RecordChange(.put(launch.json), launch.id, in: FleetStore.Collection.launches)
        case .instance(let instance):
            RecordChange(.put(instance.json), instance.id, in: FleetStore.Collection.instances)
        }
    }
}
