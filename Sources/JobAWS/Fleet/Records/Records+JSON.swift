internal import JobCore

/// A record that another program, or a newer one, wrote.
struct UnreadableRecord: Error, CustomStringConvertible {
    let description: String

    init(_ what: String, _ issues: IssueList) {
        description = "\(what) cannot be read: \(issues.issues.map(\.description).joined(separator: "; "))"
    }
}

extension FleetRecord {
    var json: JSONValue {
        var builder = ObjectBuilder()
        builder["spec"] = spec.json
        builder["minimum"] = minimumOverride.map { .integer(Int64($0)) }
        if isDrained { builder["drained"] = true }
        return builder.json
    }

    // Not inlined: the optimizer of Swift 6.3.1 crashes when a typed error becomes an untyped one inside an async caller.
    @inline(never)
    init(json: JSONValue) throws {
        guard let spec = json["spec"] else {
            throw InvalidFleet(issues: [FieldIssue(path: "spec", message: "is missing")])
        }
        self.init(
            spec: try FleetSpecification(json: spec),
            minimumOverride: json["minimum"]?.integerValue.flatMap(Int.init(exactly:)),
            isDrained: json["drained"]?.boolValue ?? false)
    }
}

extension PriceSeries {
    var json: JSONValue {
        .array(steps.map { .array([.integer($0.time.microseconds), .number($0.price)]) })
    }

    init(json: JSONValue?) {
        guard case .array(let items) = json else {
            self.init()
            return
        }
        self.init(
            items.compactMap { item in
                guard let time = item[0]?.integerValue, let price = item[1]?.numberValue else { return nil }
                return Step(time: Timestamp(microseconds: time), price: price)
            })
    }
}

extension LaunchRecord {
    var json: JSONValue {
        var builder = ObjectBuilder()
        builder["fleet"] = .string(fleet)
        builder["count"] = .integer(Int64(count))
        builder["lifecycle"] = .string(lifecycle.rawValue)
        builder["candidates"] = .array(
            candidates.map {
                .array([.string($0.pool.type), .string($0.pool.zone), .string($0.subnet), .string($0.image)])
            })
        builder["tags"] = JSONValue(texts: tags)
        builder["vcpus"] = .integer(Int64(vcpus))
        builder["price"] = price.map { .number($0) }
        builder["state"] = .string(state.rawValue)
        builder["createdAt"] = JSONValue(time: createdAt)
        builder["settledAt"] = settledAt.map { JSONValue(time: $0) }
        builder["instances"] = .array(instances.map { .string($0) })
        if !message.isEmpty { builder["message"] = .string(message) }
        return builder.json
    }

    init(id: String, json: JSONValue) throws {
        let issues = IssueList()
        guard var reader = FieldReader(json, path: "", issues: issues) else {
            throw UnreadableRecord("launch \(id)", issues)
        }
        let lifecycle: CapacityPool.Lifecycle = reader.choice("lifecycle") ?? .spot
        let candidates = reader.list("candidates").compactMap { _, item -> Candidate? in
            guard let type = item[0]?.stringValue, let zone = item[1]?.stringValue, let subnet = item[2]?.stringValue,
                let image = item[3]?.stringValue
            else { return nil }
            return Candidate(
                pool: CapacityPool(type: type, zone: zone, lifecycle: lifecycle), subnet: subnet, image: image)
        }
        self.init(
            id: id, fleet: reader.required("fleet") ?? "", count: reader.integer("count") ?? 0, lifecycle: lifecycle,
            candidates: candidates, tags: reader.textMap("tags"), vcpus: reader.integer("vcpus") ?? 0,
            price: reader.number("price"), createdAt: reader.time("createdAt") ?? .epoch)
        state = reader.choice("state") ?? .intended
        settledAt = reader.time("settledAt")
        instances = reader.textList("instances") ?? []
        message = reader.string("message") ?? ""
        if !issues.issues.isEmpty { throw UnreadableRecord("launch \(id)", issues) }
    }
}

extension FleetInstance {
    var json: JSONValue {
        var builder = ObjectBuilder()
        builder["fleet"] = .string(fleet)
        builder["launch"] = .string(launch)
        builder["type"] = .string(pool.type)
        builder["zone"] = .string(pool.zone)
        builder["lifecycle"] = .string(pool.lifecycle.rawValue)
        builder["vcpus"] = .integer(Int64(vcpus))
        builder["slots"] = .integer(Int64(slots))
        builder["launchedAt"] = JSONValue(time: launchedAt)
        builder["phase"] = .string(phase.rawValue)
        builder["workingSince"] = workingSince.map { JSONValue(time: $0) }
        builder["noticeTime"] = noticeTime.map { JSONValue(time: $0) }
        builder["ending"] = ending.map { .string($0.rawValue) }
        builder["endedAt"] = endedAt.map { JSONValue(time: $0) }
        builder["spotRequest"] = spotRequest.map { .string($0) }
        builder["prices"] = prices.json
        builder["onDemandPrice"] = onDemandPrice.map { .number($0) }
        return builder.json
    }

    init(id: String, json: JSONValue) throws {
        let issues = IssueList()
        guard var reader = FieldReader(json, path: "", issues: issues) else {
            throw UnreadableRecord("instance \(id)", issues)
        }
        let pool = CapacityPool(
            type: reader.required("type") ?? "", zone: reader.string("zone") ?? "",
            lifecycle: reader.choice("lifecycle") ?? .spot)
        self.init(
            id: id, fleet: reader.required("fleet") ?? "", launch: reader.required("launch") ?? "", pool: pool,
            vcpus: reader.integer("vcpus") ?? 0, slots: reader.integer("slots") ?? 1,
            launchedAt: reader.time("launchedAt") ?? .epoch, prices: PriceSeries(json: reader.value("prices")),
            onDemandPrice: reader.number("onDemandPrice"))
        phase = reader.choice("phase") ?? .booting
        workingSince = reader.time("workingSince")
        noticeTime = reader.time("noticeTime")
        ending = reader.choice("ending")
        endedAt = reader.time("endedAt")
        spotRequest = reader.string("spotRequest")
        if !issues.issues.isEmpty { throw UnreadableRecord("instance \(id)", issues) }
    }
}
