internal import JobCore

extension EC2World {
    func describeSubnets(_ form: QueryForm) throws -> [XMLNode?] {
        let ids = form.list("SubnetId")
        let known = Set(configuration.subnets.map(\.id))
        if let unknown = ids.first(where: { !known.contains($0) }) {
            throw EC2Refusal("InvalidSubnetID.NotFound", "The subnet ID '\(unknown)' does not exist")
        }
        let filters = try Filters(form)
        let found = try configuration.subnets.filter { subnet in
            guard ids.isEmpty || ids.contains(subnet.id) else { return false }
            return try filters.pass(tags: subnet.tags) { name in
                switch name {
                case "subnet-id": [subnet.id]
                case "availability-zone": [subnet.zone]
                case "vpc-id": ["vpc-0"]
                case "state": ["available"]
                case "default-for-az": ["true"]
                default: nil
                }
            }
        }
        let page = try Page(found, form)
        let items: [[XMLNode?]] = page.items.map { subnet in
            let used = instances.values.count { $0.isAlive && $0.subnetID == subnet.id }
            return [
                XMLNode("subnetId", subnet.id), XMLNode("state", "available"), XMLNode("vpcId", "vpc-0"),
                XMLNode("availabilityZone", subnet.zone), XMLNode("defaultForAz", "true"),
                XMLNode("availableIpAddressCount", "\(subnet.addresses - used)"), Tagging.node(subnet.tags),
            ]
        }
        return [.set("subnetSet", items), page.token]
    }

    func describeInstanceTypes(_ form: QueryForm) throws -> [XMLNode?] {
        let names = form.list("InstanceType")
        for name in names where type(named: name) == nil {
            throw EC2Refusal("InvalidInstanceType", "The following supplied instance types do not exist: [\(name)]")
        }
        let filters = try Filters(form)
        let found = try configuration.instanceTypes.filter { type in
            guard names.isEmpty || names.contains(type.name) else { return false }
            return try filters.pass(tags: [:]) { name in
                switch name {
                case "instance-type": [type.name]
                case "processor-info.supported-architecture": [type.architecture]
                case "vcpu-info.default-vcpus": ["\(type.vCPUs)"]
                case "memory-info.size-in-mib": ["\(type.memoryMiB)"]
                case "supported-usage-class": ["spot", "on-demand"]
                case "current-generation": ["true"]
                case "bare-metal": ["false"]
                default: nil
                }
            }
        }
        let page = try Page(found, form, sizes: 5...100)
        let items: [[XMLNode?]] = page.items.map { type in
            [
                XMLNode("instanceType", type.name), XMLNode("currentGeneration", "true"),
                .texts("supportedUsageClasses", ["on-demand", "spot"]),
                XMLNode("processorInfo", [.texts("supportedArchitectures", [type.architecture])]),
                XMLNode("vCpuInfo", [XMLNode("defaultVCpus", "\(type.vCPUs)")]),
                XMLNode("memoryInfo", [XMLNode("sizeInMiB", "\(type.memoryMiB)")]),
            ]
        }
        return [.set("instanceTypeSet", items), page.token]
    }

    func describeInstanceTypeOfferings(_ form: QueryForm) throws -> [XMLNode?] {
        let kind = form["LocationType"] ?? "region"
        guard kind == "region" || kind == "availability-zone" else {
            throw EC2Refusal("InvalidParameterValue", "This fake knows the location types region and availability-zone")
        }
        let filters = try Filters(form)
        var rows: [(type: String, location: String)] = []
        for type in configuration.instanceTypes {
            let locations = kind == "region" ? [configuration.region] : type.zones ?? configuration.zones
            for location in locations {
                let passes = try filters.pass(tags: [:]) { name in
                    switch name {
                    case "instance-type": [type.name]
                    case "location": [location]
                    default: nil
                    }
                }
                if passes { rows.append((type.name, location)) }
            }
        }
        let page = try Page(rows, form)
        let items: [[XMLNode?]] = page.items.map { row in
            [XMLNode("instanceType", row.type), XMLNode("locationType", kind), XMLNode("location", row.location)]
        }
        return [.set("instanceTypeOfferingSet", items), page.token]
    }

    func describeVolumes(_ form: QueryForm) throws -> [XMLNode?] {
        let ids = form.list("VolumeId")
        if let unknown = ids.first(where: { volumes[$0] == nil }) { throw Self.unknownVolume(unknown) }
        let filters = try Filters(form)
        let found = try volumes.values.filter { volume in
            guard ids.isEmpty || ids.contains(volume.id) else { return false }
            return try filters.pass(tags: volume.tags) { name in
                switch name {
                case "volume-id": [volume.id]
                case "status": [volume.state]
                case "availability-zone": [volume.zone]
                case "attachment.instance-id": volume.state == "in-use" ? [volume.instanceID] : []
                default: nil
                }
            }
        }
        let page = try Page(found.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }, form)
        let items: [[XMLNode?]] = page.items.map { volume in
            [
                XMLNode("volumeId", volume.id), XMLNode("size", "\(volume.gibibytes)"),
                XMLNode("availabilityZone", volume.zone), XMLNode("status", volume.state),
                XMLNode("createTime", stamp(volume.createdAt)), XMLNode("volumeType", volume.type),
                .set(
                    "attachmentSet",
                    volume.state == "in-use"
                        ? [
                            [
                                XMLNode("volumeId", volume.id), XMLNode("instanceId", volume.instanceID),
                                XMLNode("device", volume.device), XMLNode("status", "attached"),
                                XMLNode("deleteOnTermination", "\(volume.deletesOnTermination)"),
                            ]
                        ] : []), Tagging.node(volume.tags),
            ]
        }
        return [.set("volumeSet", items), page.token]
    }

    mutating func deleteVolume(_ form: QueryForm) throws -> [XMLNode?] {
        let id = try form.required("VolumeId")
        guard let volume = volumes[id] else { throw Self.unknownVolume(id) }
        try refuseDryRun(form)
        guard volume.state == "available" else {
            throw EC2Refusal("VolumeInUse", "Volume \(id) is currently attached to \(volume.instanceID)")
        }
        volumes[id] = nil
        return [XMLNode("return", "true")]
    }

    private static func unknownVolume(_ id: String) -> EC2Refusal {
        EC2Refusal("InvalidVolume.NotFound", "The volume '\(id)' does not exist.")
    }
}
