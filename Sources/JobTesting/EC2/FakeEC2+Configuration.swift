public import JobCore

extension FakeEC2 {
    /// What the fake's Region looks like.
    public struct Configuration: Hashable, Sendable {
        /// The Region's name; default `us-east-1`.
        public var region = "us-east-1"
        /// The account's number.
        public var accountID = "123456789012"
        /// The availability zones; default three.
        public var zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
        /// The subnets; default one for each zone, `subnet-0a`, `subnet-0b` and `subnet-0c`.
        public var subnets = [
            Subnet(id: "subnet-0a", zone: "us-east-1a"), Subnet(id: "subnet-0b", zone: "us-east-1b"),
            Subnet(id: "subnet-0c", zone: "us-east-1c"),
        ]
        /// What can be launched; default some of EC2's types with prices near the real ones.
        public var instanceTypes = InstanceType.common
        /// The images and their architectures, `arm64` or `x86_64`.
        public var images = ["ami-0arm64": "arm64", "ami-0x8664": "x86_64"]
        /// The SSM parameters; default those that name the newest Amazon Linux 2023 images.
        public var parameters = [
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64": "ami-0arm64",
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64": "ami-0x8664",
        ]
        /// Spot prices in dollars per hour that are not to be made up, by type.
        public var spotPrices: [String: [SpotPrice]] = [:]
        /// How long an instance is `pending`; default 5 seconds.
        public var bootDelay: Duration = .seconds(5)
        /// How long an instance is `shutting-down` or `stopping`; default 5 seconds.
        public var shutdownDelay: Duration = .seconds(5)
        /// How long a terminated instance is still listed; default one hour.
        public var memory: Duration = .seconds(3_600)
        /// How long before the end an interruption is announced; default two minutes.
        public var noticePeriod: Duration = .seconds(120)
        /// How long a spot request stays open after its instance ended; default none.
        public var spotRequestLag: Duration = .zero
        /// Most spot requests that may be open or active at a time; nil for any number.
        public var spotRequestLimit: Int?
        /// Most vCPUs of on-demand instances at a time; nil for any number.
        public var onDemandVCPULimit: Int?
        /// Whether calls must be signed for the Region and the service at about the fake's time; the signature itself
        /// is not checked.
        public var checksAuthorization = true

        /// Makes the default Region.
        public init() {}
    }

    /// A subnet.
    public struct Subnet: Hashable, Sendable {
        /// Its id.
        public var id: String
        /// Its availability zone.
        public var zone: String
        /// Its tags.
        public var tags: [String: String]
        /// How many addresses it has left; launches that find none fail.
        public var addresses: Int

        /// Makes a subnet.
        public init(id: String, zone: String, tags: [String: String] = [:], addresses: Int = 4_000) {
            self.id = id
            self.zone = zone
            self.tags = tags
            self.addresses = addresses
        }
    }

    /// A change of a spot price.
    public struct SpotPrice: Hashable, Sendable {
        /// The zone; nil for all.
        public var zone: String?
        /// From when it holds.
        public var from: Timestamp
        /// Dollars per hour.
        public var dollars: Double

        /// Makes a change.
        public init(zone: String? = nil, from: Timestamp = .epoch, dollars: Double) {
            self.zone = zone
            self.from = from
            self.dollars = dollars
        }
    }

    /// How an instance is bought.
    public enum Lifecycle: String, Hashable, Sendable, CaseIterable {
        /// At the spot price, until EC2 takes it back.
        case spot
        /// At the full price.
        case onDemand = "on-demand"
    }

    /// What EC2 can run out of: a type in a zone, bought in one way.
    public struct Pool: Hashable, Sendable {
        /// The instance type.
        public var type: String
        /// The availability zone.
        public var zone: String
        /// How it is bought.
        public var lifecycle: Lifecycle

        /// Makes a pool.
        public init(type: String, zone: String, lifecycle: Lifecycle) {
            self.type = type
            self.zone = zone
            self.lifecycle = lifecycle
        }
    }
}
