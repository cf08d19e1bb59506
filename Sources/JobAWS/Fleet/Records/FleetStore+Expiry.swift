internal import JobCore

extension FleetStore {
    /// The deletion of all that ended more than ``kept`` ago.
    func expired(at now: Timestamp) async throws -> [RecordChange] {
        let limit = now - Self.kept
        var changes: [RecordChange] = []
        var living: Set<String> = []
        for instance in try await instances() {
            if instance.phase == .gone, (instance.endedAt ?? instance.launchedAt) < limit {
                changes.append(RecordChange(.delete, instance.id, in: Collection.instances))
                changes.append(RecordChange(.delete, instance.id, in: Collection.enrolments))
            } else {
                living.insert(instance.launch)
            }
        }
        for launch in try await launches() where launch.state == .settled && launch.createdAt < limit {
            if !living.contains(launch.id) {
                changes.append(RecordChange(.delete, launch.id, in: Collection.launches))
            }
        }
        let fleets = Set(try await records.allRecords(in: Collection.fleets).map(\.key))
        for status in try await records.allRecords(in: Collection.status) where !fleets.contains(status.key) {
            changes.append(RecordChange(.delete, status.key, in: Collection.status))
        }
        return changes
    }

    /// How a fleet fares, as the service that leads last wrote it down; nil when none has.
    public func status(of fleet: String) async throws -> FleetStatus? {
        try await records.record(fleet, in: Collection.status).map { FleetStatus(json: $0.value) }
    }
}
