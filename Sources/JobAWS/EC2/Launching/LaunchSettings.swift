/// What an instance is made of, for `RunInstances` and for launch templates.
public struct LaunchSettings: Hashable, Sendable {
    /// The image: an id, or `resolve:ssm:NAME`; nil in templates whose overrides name one.
    public var imageID: String?
    /// The type; nil in templates whose overrides name one.
    public var instanceType: String?
    /// What runs at the first start, at most 16 KiB; readable there, so no place for secrets.
    public var userData: [UInt8] = []
    /// Whether a shutdown from inside ends the instance for good, as it must for machines that power off when done.
    public var terminatesOnShutdown = true
    /// The role of the machine, as the name or the ARN of an instance profile; nil for none.
    public var instanceProfile: String?
    /// The security groups' ids.
    public var securityGroups: [String] = []
    /// The subnet; nil where overrides name one, or for the default one.
    public var subnetID: String?
    /// Whether it gets an address in the internet; nil for the subnet's choice.
    public var hasPublicIP: Bool?
    /// How many IPv6 addresses it gets.
    public var ipv6Addresses = 0
    /// The disks.
    public var volumes: [LaunchVolume] = []
    /// Who may ask the metadata service.
    public var metadata = MetadataOptions()
    /// The name of the key for logging in; nil for none.
    public var keyName: String?
    /// `standard` or `unlimited` for burstable types; nil for the type's choice.
    public var cpuCredits: String?
    /// The zone; nil for any.
    public var availabilityZone: String?
    /// The tags of what is made, by what it is.
    public var tags: [ResourceTags] = []

    /// Makes settings.
    public init(imageID: String? = nil, instanceType: String? = nil, userData: [UInt8] = []) {
        self.imageID = imageID
        self.instanceType = instanceType
        self.userData = userData
    }

    /// The most bytes of user data. Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
    public static let mostUserData = 16 * 1024
}

/// A disk of an instance.
public struct LaunchVolume: Hashable, Sendable {
    /// Such as `/dev/xvda`; the image says which one is its root.
    public var deviceName: String
    /// In GiB; nil for the snapshot's size.
    public var size: Int?
    /// Such as `gp3`.
    public var type: String
    /// I/O operations in a second; nil for the type's base.
    public var iops: Int?
    /// In MiB/s; nil for the type's base.
    public var throughput: Int?
    /// Whether it is encrypted; nil for the account's choice.
    public var isEncrypted: Bool?

    /// Makes a disk that goes with its instance.
    public init(
        deviceName: String, size: Int? = nil, type: String = "gp3", iops: Int? = nil, throughput: Int? = nil,
        isEncrypted: Bool? = nil
    ) {
        self.deviceName = deviceName
        self.size = size
        self.type = type
        self.iops = iops
        self.throughput = throughput
        self.isEncrypted = isEncrypted
    }
}

/// The metadata service of an instance; version 2 is always demanded.
public struct MetadataOptions: Hashable, Sendable {
    /// How many hops its tokens travel: 1 keeps containers behind a bridge away from it, and from the role.
    public var hopLimit: Int
    /// Whether tags can be read there.
    public var showsTags: Bool
    /// Whether it also has its IPv6 address.
    public var hasIPv6: Bool

    /// Makes options, by default for the host alone and without tags.
    public init(hopLimit: Int = 1, showsTags: Bool = false, hasIPv6: Bool = false) {
        self.hopLimit = hopLimit
        self.showsTags = showsTags
        self.hasIPv6 = hasIPv6
    }
}

/// The tags that a kind of thing gets while it is made.
public struct ResourceTags: Hashable, Sendable {
    /// A kind of thing, such as `instance`.
    public enum Resource: String, Hashable, Sendable, CaseIterable {
        /// An instance, a disk, a fleet.
        case instance, volume, fleet
        /// A network interface.
        case networkInterface = "network-interface"
        /// The request that a spot instance belongs to.
        case spotInstancesRequest = "spot-instances-request"
        /// A launch template.
        case launchTemplate = "launch-template"
    }

    /// The kind.
    public var resource: Resource
    /// The tags, at most 50; keys may not begin with `aws:`.
    public var tags: [String: String]

    /// Makes tags of a kind.
    public init(_ resource: Resource, _ tags: [String: String]) {
        self.resource = resource
        self.tags = tags
    }
}
