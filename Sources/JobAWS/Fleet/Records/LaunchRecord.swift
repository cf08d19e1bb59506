public import JobCore

/// A launch as it is written down before EC2 is called.
public struct LaunchRecord: Hashable, Sendable {
    /// What is known of it.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// EC2 may have been called.
        case intended
        /// What it gave is recorded, which may be nothing.
        case settled
    }

    /// A pool to launch from, in a subnet.
    public struct Candidate: Hashable, Sendable {
        /// The pool.
        public var pool: CapacityPool
        /// The subnet.
        public var subnet: String
        /// The image.
        public var image: String

        /// Makes a candidate.
        public init(pool: CapacityPool, subnet: String, image: String) {
            self.pool = pool
            self.subnet = subnet
            self.image = image
        }
    }

    /// The id: 12 lower-case letters and digits; also the id of its enrolment token.
    public var id: String
    /// The fleet.
    public var fleet: String
    /// How many instances were wanted.
    public var count: Int
    /// How they are paid.
    public var lifecycle: CapacityPool.Lifecycle
    /// Where they may come from.
    public var candidates: [Candidate]
    /// The tags of the instances.
    public var tags: [String: String]
    /// The most virtual processors that one of them can have.
    public var vcpus: Int
    /// The most dollars an hour that one of them can cost; nil when a price is not known.
    public var price: Double?
    /// What is known of it.
    public var state: State
    /// When it was written down.
    public var createdAt: Timestamp
    /// When its outcome was known.
    public var settledAt: Timestamp?
    /// The instances that came of it.
    public var instances: [String]
    /// Why there are not more, for people; empty when there is nothing to say.
    public var message: String

    /// Makes a launch that is about to be made.
    public init(
        id: String, fleet: String, count: Int, lifecycle: CapacityPool.Lifecycle, candidates: [Candidate],
        tags: [String: String], vcpus: Int, price: Double?, createdAt: Timestamp
    ) {
        self.id = id
        self.fleet = fleet
        self.count = count
        self.lifecycle = lifecycle
        self.candidates = candidates
        self.tags = tags
        self.vcpus = vcpus
        self.price = price
        self.state = .intended
        self.createdAt = createdAt
        self.instances = []
        self.message = ""
    }

    /// The name of its launch template.
    public var templateName: String { "jobkit-\(id)" }

    /// The token that makes repeated calls one launch: 64 hexadecimal digits.
    ///
    /// It covers everything that the call says, so that no other request ever bears it.
    public var clientToken: String {
        var text = "\(id) \(fleet) \(count) \(lifecycle.rawValue)"
        for candidate in candidates {
            text += "\n\(candidate.pool.type) \(candidate.pool.zone) \(candidate.subnet) \(candidate.image)"
        }
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) { text += "\n\(key)=\(value)" }
        return Hashing.sha256(text.utf8)
    }
}
