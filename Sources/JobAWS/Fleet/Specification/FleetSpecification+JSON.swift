public import JobCore

extension FleetSpecification {
    /// The specification as a fleet file holds it; ``init(json:)`` reads it back.
    public var json: JSONValue {
        var builder = ObjectBuilder()
        builder["name"] = .string(name)
        builder["queues"] = .array(queues.map { .string($0) })
        builder["server"] = server.map { .string($0) }
        builder["region"] = region.map { .string($0) }
        builder["images"] = JSONValue(
            texts: Dictionary(uniqueKeysWithValues: images.map { ($0.key.rawValue, $0.value.text) }))
        builder["instanceTypes"] = .array(instanceTypes.map { .string($0) })
        builder["subnets"] = .array(subnets.map { .string($0) })
        if !securityGroups.isEmpty { builder["securityGroups"] = .array(securityGroups.map { .string($0) }) }
        builder["instanceProfile"] = instanceProfile.map { .string($0) }
        builder["publicAddress"] = publicAddress.map { .bool($0) }
        builder["jobsPerInstance"] = .integer(Int64(jobsPerInstance))
        if oneJobPerInstance { builder["oneJobPerInstance"] = true }
        builder["idleTimeout"] = JSONValue(duration: idleTimeout)
        builder["bootTimeout"] = JSONValue(duration: bootTimeout)
        builder["lostTimeout"] = JSONValue(duration: lostTimeout)
        builder["maxLifetime"] = JSONValue(duration: maxLifetime)
        builder["limits"] = limits.json
        builder["minimum"] = .integer(Int64(minimum))
        builder["onDemand"] = onDemand.json
        if !onDemandPrices.isEmpty {
            let prices = onDemandPrices.sorted { $0.key < $1.key }
            builder["onDemandPrices"] = .object(JSONObject(uniqueMembers: prices.map { ($0.key, .number($0.value)) }))
        }
        builder["volume"] = volume.json
        builder["tags"] = JSONValue(texts: tags)
        builder["agent"] = agent.json
        builder["checkpoints"] = checkpoints.map { .string($0) }
        builder["setup"] = setup.map { .string($0) }
        return builder.json
    }
}

extension FleetSpecification.ImageSource {
    fileprivate var text: String {
        switch self {
        case .image(let id): id
        case .parameter(let name): "ssm:\(name)"
        }
    }
}

extension FleetSpecification.Limits {
    fileprivate var json: JSONValue {
        var builder = ObjectBuilder()
        builder["instances"] = .integer(Int64(instances))
        builder["vcpus"] = vcpus.map { .integer(Int64($0)) }
        builder["dollarsPerHour"] = dollarsPerHour.map { .number($0) }
        return builder.json
    }
}

extension FleetSpecification.OnDemandPolicy {
    fileprivate var json: JSONValue {
        if isAlways { return "always" }
        var builder = ObjectBuilder()
        builder["after"] = afterWaiting.map { JSONValue(duration: $0) }
        builder["afterMisses"] = afterMisses.map { .integer(Int64($0)) }
        builder["afterInterruptions"] = afterInterruptions.map { .integer(Int64($0)) }
        return self == .never ? "never" : builder.json
    }
}

extension FleetSpecification.Volume {
    fileprivate var json: JSONValue {
        var builder = ObjectBuilder()
        builder["size"] = .string("\(size)GiB")
        builder["type"] = .string(type)
        builder["iops"] = iops.map { .integer(Int64($0)) }
        builder["throughput"] = throughput.map { .integer(Int64($0)) }
        builder["encrypted"] = encrypted.map { .bool($0) }
        builder["device"] = .string(device)
        return builder.json
    }
}

extension FleetSpecification.AgentSource {
    fileprivate var json: JSONValue {
        switch self {
        case .server: return "server"
        case .image: return "image"
        case .files(let files):
            var builder = ObjectBuilder()
            for (architecture, file) in files.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                builder[architecture.rawValue] = ["url": .string(file.url), "sha256": .string(file.sha256)]
            }
            return builder.json
        }
    }
}
