/// A subnet.
public struct EC2Subnet: Hashable, Sendable {
    /// Such as `subnet-0123456789abcdef0`.
    public var id: String
    /// The network that it is part of.
    public var vpcID: String
    /// The zone that it is in.
    public var availabilityZone: String
    /// How many addresses are free.
    public var freeAddresses: Int
    /// Whether instances get an address in the internet.
    public var givesPublicIP: Bool
    /// Its tags.
    public var tags: [String: String]

    init?(_ node: XMLNode) {
        guard let id = node.text("subnetId") else { return nil }
        self.id = id
        vpcID = node.text("vpcId") ?? ""
        availabilityZone = node.text("availabilityZone") ?? ""
        freeAddresses = node.text("availableIpAddressCount").flatMap { Int($0) } ?? 0
        givesPublicIP = node.text("mapPublicIpOnLaunch") == "true"
        tags = node.tags
    }
}

/// What a type of instance is.
public struct EC2InstanceType: Hashable, Sendable {
    /// Such as `m7g.large`.
    public var name: String
    /// How many virtual CPUs it has.
    public var vcpus: Int
    /// Its memory in MiB.
    public var memory: Int
    /// What its images are made for, such as `arm64` or `x86_64`.
    public var architectures: [String]
    /// Whether there are spot instances of it.
    public var isSpot: Bool

    init?(_ node: XMLNode) {
        guard let name = node.text("instanceType") else { return nil }
        self.name = name
        vcpus = node["vCpuInfo"]?.text("defaultVCpus").flatMap { Int($0) } ?? 0
        memory = node["memoryInfo"]?.text("sizeInMiB").flatMap { Int($0) } ?? 0
        architectures = node["processorInfo"]?.list("supportedArchitectures").map(\.text) ?? []
        isSpot = node.list("supportedUsageClasses").contains { $0.text == "spot" }
    }
}

/// A type that is offered in a zone.
public struct EC2Offering: Hashable, Sendable {
    /// The type.
    public var instanceType: String
    /// The zone.
    public var availabilityZone: String
}

/// A disk.
public struct EC2Volume: Hashable, Sendable {
    /// Such as `vol-0123456789abcdef0`.
    public var id: String
    /// Such as `available` or `in-use`.
    public var state: String
    /// The zone that it is in.
    public var availabilityZone: String
    /// Its size in GiB.
    public var size: Int
    /// The instance that it is attached to.
    public var instanceID: String?
    /// Its tags.
    public var tags: [String: String]

    init?(_ node: XMLNode) {
        guard let id = node.text("volumeId") else { return nil }
        self.id = id
        state = node.text("status") ?? ""
        availabilityZone = node.text("availabilityZone") ?? ""
        size = node.text("size").flatMap { Int($0) } ?? 0
        instanceID = node.list("attachmentSet").first?.text("instanceId")
        tags = node.tags
    }
}

extension EC2Client {
    /// Subnets by their ids, or those that meet all filters.
    public func describeSubnets(ids: [String] = [], filters: [EC2Filter] = []) async throws -> [EC2Subnet] {
        var form = QueryForm()
        form.add(list: "SubnetId", ids)
        form.add(filters: filters)
        var found: [EC2Subnet] = []
        try await pages("DescribeSubnets", form) { found += $0.list("subnetSet").compactMap(EC2Subnet.init) }
        return found
    }

    /// What types of instances are; 100 at a time are asked for.
    ///
    /// - Parameter types: their names; empty for all.
    /// - Throws: ``AWSError`` of category `invalidRequest` when one is unknown.
    public func describeInstanceTypes(_ types: [String] = []) async throws -> [EC2InstanceType] {
        var found: [EC2InstanceType] = []
        var rest = types[...]
        repeat {
            var form = QueryForm()
            form.add(list: "InstanceType", Array(rest.prefix(100)))
            rest = rest.dropFirst(100)
            try await pages("DescribeInstanceTypes", form) {
                found += $0.list("instanceTypeSet").compactMap(EC2InstanceType.init)
            }
        } while !rest.isEmpty
        return found
    }

    /// Which types are offered in which zones.
    ///
    /// - Parameter types: their names; empty for all.
    public func describeInstanceTypeOfferings(_ types: [String] = []) async throws -> [EC2Offering] {
        var form = QueryForm()
        form.add("LocationType", "availability-zone")
        if !types.isEmpty { form.add(filters: [EC2Filter("instance-type", types)]) }
        var found: [EC2Offering] = []
        try await pages("DescribeInstanceTypeOfferings", form) { page in
            for item in page.list("instanceTypeOfferingSet") {
                guard let type = item.text("instanceType"), let zone = item.text("location") else { continue }
                found.append(EC2Offering(instanceType: type, availabilityZone: zone))
            }
        }
        return found
    }

    /// The disks that meet all filters.
    public func describeVolumes(filters: [EC2Filter] = []) async throws -> [EC2Volume] {
        var form = QueryForm()
        form.add(filters: filters)
        var found: [EC2Volume] = []
        try await pages("DescribeVolumes", form) { found += $0.list("volumeSet").compactMap(EC2Volume.init) }
        return found
    }

    /// Removes a disk.
    ///
    /// - Throws: ``AWSError`` of category `conflict` while it is attached.
    public func deleteVolume(_ id: String) async throws {
        var form = QueryForm()
        form.add("VolumeId", id)
        _ = try await call("DeleteVolume", form)
    }
}
