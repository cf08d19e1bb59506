internal import JobCore

/// What a launch asks for, from the parameters of a call, of a launch template, or of both.
struct LaunchSettings: Hashable, Sendable {
    struct Disk: Hashable, Sendable {
        let device: String
        let gibibytes: Int
        let type: String
        let deletesOnTermination: Bool
    }

    var imageID: String?
    var type: String?
    var subnetID: String?
    var zone: String?
    var userData: [UInt8]?
    var shutdownBehavior: String?
    var instanceProfile: String?
    var isSpot: Bool?
    var maxPrice: Double?
    var httpTokens: String?
    var hopLimit: Int?
    var metadataTags: String?
    var securityGroups: [String] = []
    var hasPublicAddress: Bool?
    var disks: [Disk] = []
    /// The tags of each kind of resource.
    var tags: [String: [String: String]] = [:]

    /// Reads the parameters of `RunInstances`, or those below `LaunchTemplateData`.
    init(_ form: QueryForm) throws {
        imageID = form["ImageId"]
        type = form["InstanceType"]
        instanceProfile = form["IamInstanceProfile.Name"] ?? form["IamInstanceProfile.Arn"]
        zone = form["Placement.AvailabilityZone"]
        shutdownBehavior = try Self.choice(form, "InstanceInitiatedShutdownBehavior", ["stop", "terminate"])
        isSpot = try Self.choice(form, "InstanceMarketOptions.MarketType", ["spot", "capacity-block"]).map {
            $0 == "spot"
        }
        maxPrice = form["InstanceMarketOptions.SpotOptions.MaxPrice"].flatMap { Double($0) }
        httpTokens = try Self.choice(form, "MetadataOptions.HttpTokens", ["required", "optional"])
        hopLimit = try form.integer("MetadataOptions.HttpPutResponseHopLimit")
        metadataTags = try Self.choice(form, "MetadataOptions.InstanceMetadataTags", ["enabled", "disabled"])
        if let encoded = form["UserData"] {
            guard let bytes = Base64.decode(encoded) else {
                throw EC2Refusal("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.")
            }
            guard bytes.count <= 16_384 else {
                throw EC2Refusal("InvalidParameterValue", "User data is limited to 16384 bytes")
            }
            userData = bytes
        }
        let interfaces = form.structures("NetworkInterface")
        securityGroups = form.list("SecurityGroupId") + interfaces.flatMap { $0.list("SecurityGroupId") }
        subnetID = form["SubnetId"] ?? interfaces.first?["SubnetId"]
        if !interfaces.isEmpty, form["SubnetId"] != nil || !form.list("SecurityGroupId").isEmpty {
            throw EC2Refusal(
                "InvalidParameterCombination",
                "Network interfaces and an instance-level subnet ID or security groups may not be specified on the "
                    + "same request")
        }
        hasPublicAddress = try interfaces.first?.flag("AssociatePublicIpAddress")
        disks = try form.structures("BlockDeviceMapping").map { disk in
            // The root volume goes with its instance, others stay: EC2's defaults.
            let device = try disk.required("DeviceName")
            return Disk(
                device: device, gibibytes: try disk.integer("Ebs.VolumeSize") ?? 8,
                type: disk["Ebs.VolumeType"] ?? "gp3",
                deletesOnTermination: try disk.flag("Ebs.DeleteOnTermination") ?? (device == Self.rootDevice))
        }
        tags = try Tagging.specifications(form)
    }

    /// The device of an image's own volume.
    static let rootDevice = "/dev/xvda"

    /// These settings, and those of a template where they say nothing.
    func over(_ template: LaunchSettings) -> LaunchSettings {
        var both = self
        both.imageID = imageID ?? template.imageID
        both.type = type ?? template.type
        both.subnetID = subnetID ?? template.subnetID
        both.zone = zone ?? template.zone
        both.userData = userData ?? template.userData
        both.shutdownBehavior = shutdownBehavior ?? template.shutdownBehavior
        both.instanceProfile = instanceProfile ?? template.instanceProfile
        both.isSpot = isSpot ?? template.isSpot
        both.maxPrice = maxPrice ?? template.maxPrice
        both.httpTokens = httpTokens ?? template.httpTokens
        both.hopLimit = hopLimit ?? template.hopLimit
        both.metadataTags = metadataTags ?? template.metadataTags
        both.securityGroups = securityGroups.isEmpty ? template.securityGroups : securityGroups
        both.hasPublicAddress = hasPublicAddress ?? template.hasPublicAddress
        both.disks = disks.isEmpty ? template.disks : disks
        for (resource, pairs) in template.tags {
            both.tags[resource, default: [:]].merge(pairs) { own, _ in own }
        }
        return both
    }

    private static func choice(_ form: QueryForm, _ name: String, _ allowed: [String]) throws -> String? {
        guard let value = form[name] else { return nil }
        guard allowed.contains(value) else {
            throw EC2Refusal("InvalidParameterValue", "Value (\(value)) for parameter \(name) is invalid.")
        }
        return value
    }
}
