public import JobCore

/// Whether AWS may take an instance back.
public enum InstanceLifecycle: String, Hashable, Sendable, CaseIterable {
    /// AWS may take it back with two minutes' notice.
    case spot
    /// It stays until somebody ends it.
    case onDemand = "on-demand"
}

/// The state of an instance.
public enum EC2InstanceState: String, Hashable, Sendable, CaseIterable {
    /// It is being started: to running or terminated.
    case pending
    /// It runs: to stopping or shuttingDown.
    case running
    /// It is being ended: to terminated.
    case shuttingDown = "shutting-down"
    /// It is gone, and listed for about an hour.
    case terminated
    /// It is being stopped: to stopped.
    case stopping
    /// It is stopped, and can be started again.
    case stopped

    /// Whether it is over for good.
    public var isGone: Bool { self == .terminated }
}

/// A machine as EC2 describes it.
public struct EC2Instance: Hashable, Sendable {
    /// Such as `i-0123456789abcdef0`.
    public var id: String
    /// The image it was started from.
    public var imageID: String
    /// Such as `m7g.large`.
    public var type: String
    /// Its state.
    public var state: EC2InstanceState
    /// Why it is in this state, such as `Server.SpotInstanceTermination`; nil when EC2 does not say.
    public var stateReasonCode: String?
    /// When it was launched.
    public var launchTime: Timestamp
    /// Its zone, such as `eu-central-1a`; empty when EC2 does not say.
    public var availabilityZone: String
    /// Its subnet.
    public var subnetID: String?
    /// Whether AWS may take it back.
    public var lifecycle: InstanceLifecycle
    /// The request that a spot instance belongs to.
    public var spotInstanceRequestID: String?
    /// The token of the call that launched it.
    public var clientToken: String?
    /// Its tags; they fade when it is gone.
    public var tags: [String: String]
    /// Its address inside the network.
    public var privateIP: String?
    /// Its address in the internet.
    public var publicIP: String?

    /// Makes a description.
    public init(
        id: String, imageID: String = "", type: String, state: EC2InstanceState, stateReasonCode: String? = nil,
        launchTime: Timestamp, availabilityZone: String, subnetID: String? = nil, lifecycle: InstanceLifecycle,
        spotInstanceRequestID: String? = nil, clientToken: String? = nil, tags: [String: String] = [:],
        privateIP: String? = nil, publicIP: String? = nil
    ) {
        self.id = id
        self.imageID = imageID
        self.type = type
        self.state = state
        self.stateReasonCode = stateReasonCode
        self.launchTime = launchTime
        self.availabilityZone = availabilityZone
        self.subnetID = subnetID
        self.lifecycle = lifecycle
        self.spotInstanceRequestID = spotInstanceRequestID
        self.clientToken = clientToken
        self.tags = tags
        self.privateIP = privateIP
        self.publicIP = publicIP
    }

    /// Whether AWS took it back, and not its owner or its own shutdown.
    public var wasInterrupted: Bool { stateReasonCode == "Server.SpotInstanceTermination" }
}
