public import JobCore

/// What a fleet needs of EC2; ``EC2Cloud`` is the real one.
///
/// Calls may take long and fail in every way; ``FleetService`` judges what a failure means by the values returned and
/// repeats. Each throws whatever it likes otherwise, `CancellationError` when cancelled.
public protocol FleetCloud: Sendable {
    /// Launches instances, or finds out what became of an earlier call for the same launch.
    ///
    /// Never throws: that nothing is known of the outcome is an outcome.
    func launch(_ launch: FleetLaunch) async -> LaunchOutcome

    /// All instances that bear the owner's tag, in every state that EC2 still tells of; complete or an error.
    func instances(owner: String) async throws -> [CloudInstance]

    /// The launch templates that bear the owner's tag.
    func templates(owner: String) async throws -> [CloudTemplate]

    /// Deletes a launch template; none of the name being there is fine.
    func removeTemplate(_ name: String) async throws

    /// Asks EC2 to terminate an instance; one that is terminated already, or unknown, is fine.
    func terminate(_ instance: String) async throws

    /// Sets tags of an instance.
    func tag(_ instance: String, _ tags: [String: String]) async throws

    /// Closes a spot request, which otherwise counts against the quota after its instance.
    func cancelSpotRequest(_ request: String) async throws

    /// What EC2 offers to a fleet now.
    func market(for spec: FleetSpecification) async throws -> FleetMarket
}

/// The tags by which JobKit knows what is its own.
public enum FleetTag {
    /// The installation that an instance belongs to; nothing without it is ever touched.
    public static let owner = "jobkit:owner"
    /// The fleet's name.
    public static let fleet = "jobkit:fleet"
    /// The launch that it came of.
    public static let launch = "jobkit:launch"
    /// When it must be gone, as RFC 3339.
    public static let expires = "jobkit:expires"
    /// When it was found that nobody knows it, as RFC 3339.
    public static let orphan = "jobkit:orphan"
}

/// An instance as EC2 tells of it.
public struct CloudInstance: Hashable, Sendable {
    /// What it is doing.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// It is being made.
        case pending
        /// It runs and costs.
        case running
        /// It is being terminated.
        case shuttingDown = "shutting-down"
        /// It is gone.
        case terminated
        /// It is being stopped.
        case stopping
        /// It is stopped.
        case stopped
    }

    /// The id.
    public var id: String
    /// What it is doing.
    public var state: State
    /// The pool that it came from.
    public var pool: CapacityPool
    /// The subnet that it stands in.
    public var subnet: String?
    /// When it was launched.
    public var launchedAt: Timestamp
    /// EC2's code for why it is in its state, such as `Server.SpotInstanceTermination`.
    public var reason: String?
    /// Its spot request.
    public var spotRequest: String?
    /// Whether EC2 has said that it takes it away, also while it still runs.
    public var isMarked: Bool
    /// Its tags.
    public var tags: [String: String]

    /// Makes an instance.
    public init(
        id: String, state: State, pool: CapacityPool, subnet: String? = nil, launchedAt: Timestamp,
        reason: String? = nil, spotRequest: String? = nil, isMarked: Bool = false, tags: [String: String] = [:]
    ) {
        self.id = id
        self.state = state
        self.pool = pool
        self.subnet = subnet
        self.launchedAt = launchedAt
        self.reason = reason
        self.spotRequest = spotRequest
        self.isMarked = isMarked
        self.tags = tags
    }

    /// Whether it may still come to cost something.
    public var exists: Bool { state != .terminated && state != .shuttingDown }
}

/// A launch template that JobKit made.
public struct CloudTemplate: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The launch that it was made for; nil when its tag is missing.
    public var launch: String?
    /// When it was made.
    public var createdAt: Timestamp

    /// Makes a template.
    public init(name: String, launch: String?, createdAt: Timestamp) {
        self.name = name
        self.launch = launch
        self.createdAt = createdAt
    }
}
