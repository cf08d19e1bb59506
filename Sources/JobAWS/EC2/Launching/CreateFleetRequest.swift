/// A launch template by its name or id.
public struct LaunchTemplateReference: Hashable, Sendable {
    /// The id; nil when it is named.
    public var id: String?
    /// The name; nil when it is given by id.
    public var name: String?
    /// A number, `$Latest` or `$Default`.
    public var version: String

    /// A template by its name.
    public static func named(_ name: String, version: String = "$Default") -> LaunchTemplateReference {
        LaunchTemplateReference(id: nil, name: name, version: version)
    }

    /// A template by its id.
    public static func id(_ id: String, version: String = "$Default") -> LaunchTemplateReference {
        LaunchTemplateReference(id: id, name: nil, version: version)
    }
}

/// One pool that a fleet may take instances from: a type in a subnet or zone.
public struct FleetOverride: Hashable, Sendable {
    /// The type.
    public var instanceType: String
    /// The subnet, and with it the zone.
    public var subnetID: String?
    /// The zone, where no subnet is named.
    public var availabilityZone: String?
    /// The image, for types of another architecture than the template's.
    public var imageID: String?
    /// Lower is preferred, for strategies that look at it.
    public var priority: Double?
    /// How much of the capacity an instance of this type is; nil for 1.
    public var weight: Int?

    /// Makes an override.
    public init(
        instanceType: String, subnetID: String? = nil, availabilityZone: String? = nil, imageID: String? = nil,
        priority: Double? = nil, weight: Int? = nil
    ) {
        self.instanceType = instanceType
        self.subnetID = subnetID
        self.availabilityZone = availabilityZone
        self.imageID = imageID
        self.priority = priority
        self.weight = weight
    }
}

/// A launch of several instances at once from any of many pools: `CreateFleet` of type `instant`.
public struct CreateFleetRequest: Hashable, Sendable {
    /// The same token with the same request makes nothing twice; at most 64 ASCII characters.
    public var clientToken: String
    /// What the instances are made of.
    public var launchTemplate: LaunchTemplateReference
    /// The pools to choose from; empty for the template's own type and subnet.
    public var overrides: [FleetOverride]
    /// How many instances.
    public var count: Int
    /// Whether AWS may take them back.
    public var lifecycle: InstanceLifecycle
    /// How spot pools are chosen.
    public var spotStrategy = SpotStrategy.priceCapacityOptimized
    /// How on-demand pools are chosen.
    public var onDemandStrategy = OnDemandStrategy.lowestPrice
    /// Launch nothing rather than fewer; nil for as many as there are.
    ///
    /// Needs one of the two `single` settings.
    public var minimumCount: Int?
    /// Whether all are of one type.
    public var singleInstanceType = false
    /// Whether all are in one zone.
    public var singleAvailabilityZone = false
    /// The tags of what is made.
    public var tags: [ResourceTags] = []
    /// Whether only the permission is asked for; the answer is an error of category `dryRunSucceeded`.
    public var dryRun = false

    /// Makes a request.
    public init(
        clientToken: String, launchTemplate: LaunchTemplateReference, overrides: [FleetOverride], count: Int,
        lifecycle: InstanceLifecycle
    ) {
        self.clientToken = clientToken
        self.launchTemplate = launchTemplate
        self.overrides = overrides
        self.count = count
        self.lifecycle = lifecycle
    }

    /// How spot pools are chosen.
    public enum SpotStrategy: String, Hashable, Sendable {
        /// Those with much capacity, and of them the cheapest.
        case priceCapacityOptimized = "price-capacity-optimized"
        /// Those with the most capacity.
        case capacityOptimized = "capacity-optimized"
        /// The cheapest, which are the first to be taken back.
        case lowestPrice = "lowest-price"
        /// All of them alike.
        case diversified
    }

    /// How on-demand pools are chosen.
    public enum OnDemandStrategy: String, Hashable, Sendable {
        /// The cheapest.
        case lowestPrice = "lowest-price"
        /// By the overrides' priority.
        case prioritized
    }
}

/// What became of a `CreateFleet`: instances, and the pools that gave none.
///
/// An answer without instances is no error: it is how EC2 says that there is no capacity.
public struct CreateFleetReply: Hashable, Sendable {
    /// The fleet's id; an instant fleet has no life of its own.
    public var fleetID: String?
    /// What was launched, by pool.
    public var instances: [Launched]
    /// What was not.
    public var errors: [Failure]

    /// Makes a reply.
    public init(fleetID: String? = nil, instances: [Launched] = [], errors: [Failure] = []) {
        self.fleetID = fleetID
        self.instances = instances
        self.errors = errors
    }

    /// The ids of all instances.
    public var instanceIDs: [String] { instances.flatMap(\.instanceIDs) }

    /// Instances of one pool.
    public struct Launched: Hashable, Sendable {
        /// Their ids.
        public var instanceIDs: [String]
        /// Their type.
        public var instanceType: String
        /// Their subnet; nil when EC2 does not say.
        public var subnetID: String?
        /// Their zone; nil when EC2 does not say.
        public var availabilityZone: String?
        /// Whether AWS may take them back.
        public var lifecycle: InstanceLifecycle

        /// Makes a part of a reply.
        public init(
            instanceIDs: [String], instanceType: String, subnetID: String? = nil, availabilityZone: String? = nil,
            lifecycle: InstanceLifecycle
        ) {
            self.instanceIDs = instanceIDs
            self.instanceType = instanceType
            self.subnetID = subnetID
            self.availabilityZone = availabilityZone
            self.lifecycle = lifecycle
        }
    }

    /// A pool that gave nothing.
    public struct Failure: Hashable, Sendable {
        /// EC2's code, such as `InsufficientInstanceCapacity`.
        public var code: String
        /// EC2's message.
        public var message: String
        /// The pool's type; nil when the failure is about all.
        public var instanceType: String?
        /// The pool's subnet.
        public var subnetID: String?
        /// The pool's zone.
        public var availabilityZone: String?
        /// What was asked of it.
        public var lifecycle: InstanceLifecycle?
        /// What the code means.
        public var category: AWSError.Category { AWSError.Category(ec2Code: code) }

        /// Makes a part of a reply.
        public init(
            code: String, message: String = "", instanceType: String? = nil, subnetID: String? = nil,
            availabilityZone: String? = nil, lifecycle: InstanceLifecycle? = nil
        ) {
            self.code = code
            self.message = message
            self.instanceType = instanceType
            self.subnetID = subnetID
            self.availabilityZone = availabilityZone
            self.lifecycle = lifecycle
        }
    }
}
