/// A request for instances.
public struct FleetLaunch: Hashable, Sendable {
    /// What was written down before the call.
    public var record: LaunchRecord
    /// What the instances are to be; nil to ask only what became of an earlier call, which launches when that one
    /// had come no further than its template.
    public var template: FleetTemplate?

    /// Makes a request.
    public init(record: LaunchRecord, template: FleetTemplate?) {
        self.record = record
        self.template = template
    }
}

/// What the instances of a launch have in common.
public struct FleetTemplate: Hashable, Sendable {
    /// The fleet.
    public var spec: FleetSpecification
    /// The script that they run when they boot, at most 16 KiB; holds the enrolment token.
    public var userData: String

    /// Makes a template.
    public init(spec: FleetSpecification, userData: String) {
        self.spec = spec
        self.userData = userData
    }
}

/// What became of a launch.
public enum LaunchOutcome: Hashable, Sendable {
    /// EC2 answered: the instances that it gave, and why there are not more.
    case answered([LaunchedInstance], refusals: [LaunchRefusal])
    /// It is certain that nothing was launched, and nothing will be.
    case nothing
    /// The call was refused as a whole; nothing was launched.
    case refused(LaunchRefusal)
    /// EC2 knows the launch by another request: look for what bears its tag.
    case known
    /// Nobody knows whether something was launched.
    case unknown(String)
}

/// An instance that a launch gave.
public struct LaunchedInstance: Hashable, Sendable {
    /// The id.
    public var id: String
    /// The pool that it came from; its zone is empty when EC2 did not say.
    public var pool: CapacityPool
    /// The subnet that it stands in.
    public var subnet: String?

    /// Makes an instance.
    public init(id: String, pool: CapacityPool, subnet: String? = nil) {
        self.id = id
        self.pool = pool
        self.subnet = subnet
    }
}

/// Why EC2 gave no instance.
public struct LaunchRefusal: Hashable, Sendable {
    /// What to do about it.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The pool has none: try others for a while.
        case capacity
        /// The account may not have more: wait longer.
        case quota
        /// Too many calls: wait.
        case throttled
        /// The request is wrong or not permitted: somebody must mend it.
        case configuration
        /// Anything else: try again.
        case other
    }

    /// What to do about it.
    public var kind: Kind
    /// EC2's code, such as `InsufficientInstanceCapacity`.
    public var code: String
    /// What EC2 says, for people.
    public var message: String
    /// The pool that it is about; nil for all of the launch.
    public var pool: CapacityPool?

    /// Makes a refusal.
    public init(_ kind: Kind, code: String, message: String, pool: CapacityPool? = nil) {
        self.kind = kind
        self.code = code
        self.message = message
        self.pool = pool
    }
}
