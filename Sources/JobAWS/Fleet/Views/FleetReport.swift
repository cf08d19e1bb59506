public import JobCore

/// A fleet with its instances, and what they have cost.
public struct FleetReport: Hashable, Sendable {
    /// The fleet.
    public var record: FleetRecord
    /// How it fares; nil when no service has looked yet.
    public var status: FleetStatus?
    /// Its instances, with those of the last 30 days that are gone, newest first.
    public var instances: [FleetInstance]
    /// Its launches whose outcome is not known.
    public var openLaunches: [LaunchRecord]
    /// Why the last launches gave less than was asked for, newest first, at most ten.
    public var troubles: [String]
    /// When it was made.
    public var at: Timestamp

    /// Reads a fleet's report.
    ///
    /// - Returns: nil when there is none of the name.
    /// - Throws: `QueueError`, and ``InvalidFleet`` when the fleet cannot be read.
    public static func read(_ name: String, from store: FleetStore, at now: Timestamp) async throws -> FleetReport? {
        guard let record = try await store.fleet(name) else { return nil }
        return try await FleetReport(
            record, status: store.status(of: name), instances: store.instances(), launches: store.launches(), at: now)
    }

    /// Reads the reports of all fleets, in the order of their names.
    ///
    /// - Throws: `QueueError`, and ``InvalidFleet`` when a fleet cannot be read.
    public static func all(from store: FleetStore, at now: Timestamp) async throws -> [FleetReport] {
        let (instances, launches) = (try await store.instances(), try await store.launches())
        var reports: [FleetReport] = []
        for record in try await store.fleets() {
            let status = try await store.status(of: record.spec.name)
            reports.append(FleetReport(record, status: status, instances: instances, launches: launches, at: now))
        }
        return reports
    }

    /// Makes a report of records; those of other fleets are left out.
    public init(
        _ record: FleetRecord, status: FleetStatus?, instances: [FleetInstance], launches: [LaunchRecord],
        at now: Timestamp
    ) {
        let name = record.spec.name
        self.record = record
        self.status = status
        self.instances = instances.filter { $0.fleet == name }
            .sorted { ($0.launchedAt, $0.id) > ($1.launchedAt, $1.id) }
        let own = launches.filter { $0.fleet == name }.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
        openLaunches = own.filter { $0.state == .intended }
        troubles = own.lazy.filter { !$0.message.isEmpty }.prefix(10).map { "\($0.createdAt) \($0.message)" }
        at = now
    }

    /// The instances that are not known to be gone.
    public var living: [FleetInstance] { instances.filter { $0.phase != .gone } }

    /// What the instances have cost since a time, at most 30 days back; nil for all that is kept.
    public func cost(since time: Timestamp? = nil) -> FleetCost {
        instances.reduce(FleetCost()) { sum, instance in
            let start = max(instance.launchedAt, time ?? instance.launchedAt)
            let end = instance.endedAt ?? at
            return start < end ? sum + FleetCost(of: instance, from: start, to: end) : sum
        }
    }

    /// What the instances cost now, in dollars an hour; nil when a price is not known.
    public var dollarsPerHour: Double? {
        var sum = 0.0
        for instance in instances where instance.counts {
            guard let price = instance.prices.current else { return nil }
            sum += price
        }
        return sum
    }

    /// The report as JSON.
    public var json: JSONValue {
        var builder = ObjectBuilder()
        builder["fleet"] = .string(record.spec.name)
        builder["drained"] = .bool(record.isDrained)
        builder["minimum"] = .integer(Int64(record.minimum))
        builder["dollarsPerHour"] = dollarsPerHour.map { .number($0) }
        builder["cost"] = cost().json
        builder["costOfLastDay"] = cost(since: at - .seconds(86_400)).json
        builder["status"] = status?.json
        builder["openLaunches"] = .array(openLaunches.map { .string($0.id) })
        builder["troubles"] = .array(troubles.map { .string($0) })
        builder["instances"] = .array(instances.map { $0.view(at: at) })
        builder["spec"] = record.spec.json
        return builder.json
    }
}

extension FleetCost {
    /// The cost as JSON: `dollars` and `onDemand`, each missing when it is not known.
    public var json: JSONValue {
        var builder = ObjectBuilder()
        builder["dollars"] = dollars.map { .number($0) }
        builder["onDemand"] = onDemand.map { .number($0) }
        return builder.json
    }

    /// The cost of a job: that of its attempts on instances.
    ///
    /// - Returns: nil when none of its attempts ran on one of these instances.
    public static func of(_ job: Job, on instances: [String: FleetInstance], until now: Timestamp) -> FleetCost? {
        var total: FleetCost?
        for attempt in job.attempts {
            guard let id = FleetWorker.instance(ofWorker: attempt.worker), let instance = instances[id] else {
                continue
            }
            let cost = FleetCost(of: attempt, on: instance, until: now)
            total = total.map { $0 + cost } ?? cost
        }
        return total
    }
}

extension FleetInstance {
    /// The instance as JSON for people and programs.
    public func view(at now: Timestamp) -> JSONValue {
        var builder = ObjectBuilder()
        builder["id"] = .string(id)
        builder["phase"] = .string(phase.rawValue)
        builder["type"] = .string(pool.type)
        builder["zone"] = .string(pool.zone)
        builder["lifecycle"] = .string(pool.lifecycle.rawValue)
        builder["launch"] = .string(launch)
        builder["launchedAt"] = JSONValue(time: launchedAt)
        builder["workingSince"] = workingSince.map { JSONValue(time: $0) }
        builder["noticeTime"] = noticeTime.map { JSONValue(time: $0) }
        builder["endedAt"] = endedAt.map { JSONValue(time: $0) }
        builder["ending"] = ending.map { .string($0.rawValue) }
        builder["price"] = prices.current.map { .number($0) }
        builder["cost"] = FleetCost(of: self, until: now).json
        return builder.json
    }
}
