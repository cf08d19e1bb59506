internal import JobCore

extension EC2World {
    /// Where something can be launched.
    struct Spot: Hashable, Sendable {
        let type: FakeEC2.InstanceType
        let subnet: FakeEC2.Subnet
        let imageID: String
        let lifecycle: FakeEC2.Lifecycle

        var pool: FakeEC2.Pool { FakeEC2.Pool(type: type.name, zone: subnet.zone, lifecycle: lifecycle) }
    }

    /// Finds what the names in a launch stand for.
    func spot(
        type typeName: String?, image: String?, subnetID: String?, zone: String?, lifecycle: FakeEC2.Lifecycle
    ) throws -> Spot {
        guard let typeName else {
            throw EC2Refusal("MissingParameter", "The request must contain the parameter InstanceType")
        }
        guard let type = type(named: typeName) else {
            throw EC2Refusal("InvalidParameterValue", "Invalid value '\(typeName)' for InstanceType.")
        }
        let imageID = try resolve(image: image)
        let architecture = configuration.images[imageID] ?? ""
        guard architecture == type.architecture else {
            throw EC2Refusal(
                "InvalidParameterValue",
                "The architecture '\(type.architecture)' of the specified instance type does not match the architecture "
                    + "'\(architecture)' of the specified AMI. Specify an instance type and an AMI that have matching "
                    + "architectures, and try again.")
        }
        if let zone, !configuration.zones.contains(zone) {
            throw EC2Refusal("InvalidParameterValue", "Invalid availability zone: [\(zone)]")
        }
        let subnet = configuration.subnets.first { subnet in
            subnetID.map { $0 == subnet.id } ?? zone.map { $0 == subnet.zone } ?? true
        }
        guard let subnet else {
            throw EC2Refusal("InvalidSubnetID.NotFound", "The subnet ID '\(subnetID ?? "")' does not exist")
        }
        if let zones = type.zones, !zones.contains(subnet.zone) {
            throw EC2Refusal(
                "Unsupported",
                "Your requested instance type (\(type.name)) is not supported in your requested Availability Zone "
                    + "(\(subnet.zone)).")
        }
        return Spot(type: type, subnet: subnet, imageID: imageID, lifecycle: lifecycle)
    }

    /// Why so many instances cannot be launched there; nil when they can.
    func obstacle(to count: Int, at spot: Spot, maxPrice: Double?) -> EC2Refusal? {
        let alive = instances.values.filter(\.isAlive)
        if alive.count(where: { $0.subnetID == spot.subnet.id }) + count > spot.subnet.addresses {
            return EC2Refusal(
                "InsufficientFreeAddressesInSubnet",
                "There are not enough free addresses in subnet '\(spot.subnet.id)' to satisfy the requested number of "
                    + "instances.")
        }
        switch spot.lifecycle {
        case .spot:
            let open = requests.values.count { $0.state == "active" || $0.state == "open" }
            if let limit = configuration.spotRequestLimit, open + count > limit {
                return EC2Refusal("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded")
            }
            let price = price(of: spot.pool, at: now)
            if let maxPrice, maxPrice < price {
                return EC2Refusal(
                    "SpotMaxPriceTooLow",
                    "Your Spot request price of \(maxPrice) is lower than the minimum required Spot request fulfillment "
                        + "price of \(price).")
            }
        case .onDemand:
            let used = alive.reduce(0) { sum, instance in
                instance.pool.lifecycle == .onDemand ? sum + (type(named: instance.pool.type)?.vCPUs ?? 0) : sum
            }
            if let limit = configuration.onDemandVCPULimit, used + count * spot.type.vCPUs > limit {
                return EC2Refusal(
                    "VcpuLimitExceeded",
                    "You have requested more vCPU capacity than your current vCPU limit of \(limit) allows.")
            }
        }
        if let capacity = capacity(of: spot.pool), count > capacity {
            return EC2Refusal(
                "InsufficientInstanceCapacity",
                spot.lifecycle == .spot
                    ? "There is no Spot capacity available that matches your request."
                    : "We currently do not have sufficient \(spot.type.name) capacity in the Availability Zone you "
                        + "requested (\(spot.subnet.zone)).")
        }
        return nil
    }

    /// Launches instances where there is nothing in their way.
    mutating func launch(
        _ count: Int, at spot: Spot, as settings: LaunchSettings, token: String?, reservation: String,
        fleet: String? = nil
    ) -> [String] {
        (0..<count).map { _ in
            launches += 1
            let id = newID("i")
            var instance = FakeEC2.Instance(
                id: id, ordinal: launches, reservationID: reservation, imageID: spot.imageID, pool: spot.pool,
                subnetID: spot.subnet.id, launchedAt: now, clientToken: token ?? "", userData: settings.userData ?? [],
                terminatesOnShutdown: settings.shutdownBehavior == "terminate",
                instanceProfile: settings.instanceProfile, requiresTokens: settings.httpTokens == "required",
                hopLimit: settings.hopLimit ?? 1, showsTags: settings.metadataTags == "enabled",
                securityGroups: settings.securityGroups, privateAddress: address(10, launches),
                publicAddress: settings.hasPublicAddress == true ? address(198, launches) : nil, fleetID: fleet,
                tags: settings.tags["instance"] ?? [:])
            if spot.lifecycle == .spot {
                let request = SpotRequest(
                    id: "sir-" + newID("x").suffix(8), instanceID: id, type: spot.type.name, zone: spot.subnet.zone,
                    imageID: spot.imageID, createdAt: now, state: "active", code: "fulfilled",
                    message: "Your spot request is fulfilled.", tags: settings.tags["spot-instances-request"] ?? [:])
                requests[request.id] = request
                instance.spotRequestID = request.id
            }
            instance.volumeIDs = attach(settings, to: instance)
            instances[id] = instance
            launchOrder.append(id)
            plan(instance)
            return id
        }
    }

    private func resolve(image: String?) throws -> String {
        guard let image else { throw EC2Refusal("MissingParameter", "The request must contain the parameter ImageId") }
        let scheme = "resolve:ssm:"
        let id = image.hasPrefix(scheme) ? configuration.parameters[String(image.dropFirst(scheme.count))] : image
        guard let id, configuration.images[id] != nil else {
            throw EC2Refusal("InvalidAMIID.NotFound", "The image id '[\(image)]' does not exist")
        }
        return id
    }

    private func address(_ network: Int, _ number: Int) -> String {
        "\(network).\(18 + number / 65_536 % 2).\(number / 256 % 256).\(number % 256)"
    }

    private mutating func attach(_ settings: LaunchSettings, to instance: FakeEC2.Instance) -> [String] {
        var disks = settings.disks
        if !disks.contains(where: { $0.device == LaunchSettings.rootDevice }) {
            let root = LaunchSettings.Disk(
                device: LaunchSettings.rootDevice, gibibytes: 8, type: "gp3", deletesOnTermination: true)
            disks.insert(root, at: 0)
        }
        return disks.map { disk in
            let volume = Volume(
                id: newID("vol"), instanceID: instance.id, device: disk.device, zone: instance.pool.zone,
                gibibytes: disk.gibibytes, type: disk.type, deletesOnTermination: disk.deletesOnTermination,
                createdAt: now, state: "in-use", tags: settings.tags["volume"] ?? [:])
            volumes[volume.id] = volume
            return volume.id
        }
    }

    /// Writes down what is going to happen to a new instance.
    private mutating func plan(_ instance: FakeEC2.Instance) {
        var boot = configuration.bootDelay
        var boots = true
        for fault in plan.instances where fault.concerns(instance) {
            switch fault.effect {
            case .bootsLate(let delay): boot += delay
            case .staysPending: boots = false
            case .interrupted(let delay, let action): after(delay, .notice(action: action, ends: true), of: instance.id)
            case .spared(let delay): after(delay, .notice(action: "terminate", ends: false), of: instance.id)
            case .dies(let delay): after(delay, .dies(.spot, interrupted: true), of: instance.id)
            case .fails(let delay): after(delay, .dies(.failure, interrupted: false), of: instance.id)
            case .rebalance(let delay): after(delay, .rebalance, of: instance.id)
            case .refusesTermination(let times): refusals[instance.id] = times
            case .neverBoots, .ignoresPowerOff, .neverEnds, .metadata: break
            }
        }
        if boots { after(boot, .runs, of: instance.id) }
        if plan.interruptionsPerHour > 0, instance.pool.lifecycle == .spot {
            let hours = -Self.logarithm(1 - unit()) / plan.interruptionsPerHour
            after(.seconds(hours * 3_600), .notice(action: "terminate", ends: true), of: instance.id)
        }
    }
}
