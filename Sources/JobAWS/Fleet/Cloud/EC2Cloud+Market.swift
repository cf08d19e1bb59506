internal import JobCore

extension EC2Cloud {
    /// Reads images, types, zones and prices; see ``FleetCloud``.
    public func market(for spec: FleetSpecification) async throws -> FleetMarket {
        let now = time.now
        var market = FleetMarket(images: try await images(of: spec), types: [:], zones: [:], readAt: now)
        for type in try await ec2.describeInstanceTypes(spec.instanceTypes) {
            guard let architecture = type.architectures.lazy.compactMap(FleetSpecification.Architecture.init).first
            else { continue }
            market.types[type.name] = FleetMarket.InstanceType(
                vcpus: type.vcpus, memory: type.memory, architecture: architecture)
        }
        for subnet in try await ec2.describeSubnets(ids: spec.subnets) {
            market.zones[subnet.id] = subnet.availabilityZone
        }
        for offering in try await ec2.describeInstanceTypeOfferings(spec.instanceTypes) {
            market.offerings[offering.availabilityZone, default: []].insert(offering.instanceType)
        }
        if !spec.onDemand.isAlways { market.spotPrices = try await spotPrices(of: spec, at: now) }
        return market
    }

    private func images(of spec: FleetSpecification) async throws -> [FleetSpecification.Architecture: String] {
        var images: [FleetSpecification.Architecture: String] = [:]
        for (architecture, source) in spec.images {
            switch source {
            case .image(let id): images[architecture] = id
            case .parameter(let name):
                guard let id = try await ssm.parameter(name) else {
                    let message = "the parameter \(name) does not exist in this Region"
                    throw InvalidFleet(
                        issues: [FieldIssue(path: "images.\(architecture.rawValue)", message: message)])
                }
                images[architecture] = id
            }
        }
        return images
    }

    /// The changes of the last hours, with the one before them.
    private func spotPrices(of spec: FleetSpecification, at now: Timestamp) async throws -> [CapacityPool: PriceSeries]
    {
        let history = try await ec2.describeSpotPriceHistory(
            types: spec.instanceTypes, start: now - .seconds(6 * 3_600), end: now)
        var steps: [CapacityPool: [PriceSeries.Step]] = [:]
        for change in history {
            let pool = CapacityPool(type: change.instanceType, zone: change.availabilityZone, lifecycle: .spot)
            steps[pool, default: []].append(PriceSeries.Step(time: change.since, price: change.dollars))
        }
        return steps.mapValues { PriceSeries($0) }
    }
}
