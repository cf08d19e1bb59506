public import JobCore

/// What a fleet is: which queues it serves, on which machines, and within which bounds.
///
/// Read from a fleet file by ``init(json:)``; `Docs/fleets.md` lists the fields.
public struct FleetSpecification: Hashable, Sendable {
    /// The name: 1 to 40 letters, digits, `.`, `_` or `-`.
    public var name: String
    /// The named queues that its workers serve, 1 to 50; no two fleets serve the same.
    public var queues: [String]
    /// The URL under which instances reach the server; nil for the server's own setting.
    public var server: String?
    /// The AWS Region, such as `eu-central-1`; nil for that of the server's environment.
    public var region: String?
    /// The machine images by architecture.
    public var images: [Architecture: ImageSource]
    /// The instance types that will do, 1 to 100.
    public var instanceTypes: [String]
    /// The subnets to launch into, best one of each zone, 1 to 50.
    public var subnets: [String]
    /// The security groups of the instances; they need no ingress.
    public var securityGroups: [String]
    /// The name or ARN of the instance profile; nil for none.
    public var instanceProfile: String?
    /// Whether instances get a public IPv4 address; nil for what the subnet says.
    public var publicAddress: Bool?
    /// How many jobs an instance runs at a time, 1 to 1,000.
    public var jobsPerInstance: Int
    /// Whether an instance runs one job in its life.
    public var oneJobPerInstance: Bool
    /// After how long without work an instance ends.
    public var idleTimeout: Duration
    /// How long an instance may take from its launch until its worker reports.
    public var bootTimeout: Duration
    /// After how long without a word from its worker an instance is given up.
    public var lostTimeout: Duration
    /// How long an instance may live.
    public var maxLifetime: Duration
    /// What the fleet may not exceed.
    public var limits: Limits
    /// How many instances to keep also without work.
    public var minimum: Int
    /// When on-demand instances may be launched.
    public var onDemand: OnDemandPolicy
    /// What an hour of a type costs on demand, in dollars; EC2 has no call for it.
    public var onDemandPrices: [String: Double]
    /// The root volume.
    public var volume: Volume
    /// Tags for instances and volumes besides JobKit's own.
    public var tags: [String: String]
    /// Where an instance gets its `jobctl` from.
    public var agent: AgentSource
    /// The bucket, with an optional prefix, where steps keep checkpoints, such as `s3://bucket/prefix`; nil for the server.
    public var checkpoints: String?
    /// Shell lines that run on an instance before its agent starts; they hold no secrets.
    public var setup: String?

    /// Makes a specification with the standard settings, which is checked by ``validate()``.
    public init(name: String, queues: [String], instanceTypes: [String], subnets: [String]) {
        self.name = name
        self.queues = queues
        self.images = Self.standardImages
        self.instanceTypes = instanceTypes
        self.subnets = subnets
        self.securityGroups = []
        self.jobsPerInstance = 1
        self.oneJobPerInstance = false
        self.idleTimeout = .seconds(300)
        self.bootTimeout = .seconds(600)
        self.lostTimeout = .seconds(600)
        self.maxLifetime = .seconds(86_400)
        self.limits = Limits()
        self.minimum = 0
        self.onDemand = .never
        self.onDemandPrices = [:]
        self.volume = Volume()
        self.tags = [:]
        self.agent = .server
    }

    /// Amazon Linux 2023, the newest image of each architecture.
    public static let standardImages: [Architecture: ImageSource] = Dictionary(
        uniqueKeysWithValues: Architecture.allCases.map { architecture in
            let path = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-"
            return (architecture, .parameter(path + architecture.rawValue))
        })

    /// The slots that an instance brings for jobs that wait.
    public var slots: Int { oneJobPerInstance ? 1 : jobsPerInstance }
}

extension FleetSpecification {
    /// What the processors of an instance understand.
    public enum Architecture: String, Hashable, Sendable, CaseIterable {
        /// 64-bit ARM, such as Graviton.
        case arm64
        /// 64-bit x86.
        case x86_64

        /// What `uname -m` calls it.
        public var machine: String { self == .arm64 ? "aarch64" : rawValue }

        /// How the server calls its agent for it, such as `linux-aarch64`.
        public var platform: String { "linux-\(machine)" }
    }

    /// Where a machine image is named.
    public enum ImageSource: Hashable, Sendable {
        /// An image's id, such as `ami-0123456789abcdef0`.
        case image(String)
        /// The name of an SSM parameter that holds the id.
        case parameter(String)
    }

    /// What a fleet may not exceed.
    public struct Limits: Hashable, Sendable {
        /// Instances that exist at a time, 0 to 10,000.
        public var instances: Int
        /// Their virtual processors together; nil for no limit.
        public var vcpus: Int?
        /// Their price together, in dollars an hour; nil for no limit.
        public var dollarsPerHour: Double?

        /// Makes limits; by default ten instances.
        public init(instances: Int = 10, vcpus: Int? = nil, dollarsPerHour: Double? = nil) {
            self.instances = instances
            self.vcpus = vcpus
            self.dollarsPerHour = dollarsPerHour
        }
    }

    /// When on-demand instances may be launched in place of spot ones; any of the conditions is enough.
    public struct OnDemandPolicy: Hashable, Sendable {
        /// Always, and no spot instances at all.
        public var isAlways: Bool
        /// After so many launches in a row that got nothing, or while no pool is known to have capacity.
        public var afterMisses: Int?
        /// After jobs have waited for so long for an instance.
        public var afterWaiting: Duration?
        /// After so many interruptions within an hour.
        public var afterInterruptions: Int?

        /// Makes a policy; by default ``never``.
        public init(
            isAlways: Bool = false, afterMisses: Int? = nil, afterWaiting: Duration? = nil,
            afterInterruptions: Int? = nil
        ) {
            self.isAlways = isAlways
            self.afterMisses = afterMisses
            self.afterWaiting = afterWaiting
            self.afterInterruptions = afterInterruptions
        }

        /// Spot only.
        public static let never = OnDemandPolicy()
        /// On demand only.
        public static let always = OnDemandPolicy(isAlways: true)
    }

    /// The root volume of an instance.
    public struct Volume: Hashable, Sendable {
        /// The size in GiB, 1 to 16,384.
        public var size: Int
        /// The kind of volume.
        public var type: String
        /// Input and output operations a second; nil for what the kind has by itself.
        public var iops: Int?
        /// MiB a second; nil for what the kind has by itself.
        public var throughput: Int?
        /// Whether it is encrypted; nil for what the account says.
        public var encrypted: Bool?
        /// The device of the image's root.
        public var device: String

        /// Makes a volume; by default 30 GiB of gp3.
        public init(
            size: Int = 30, type: String = "gp3", iops: Int? = nil, throughput: Int? = nil, encrypted: Bool? = nil,
            device: String = "/dev/xvda"
        ) {
            self.size = size
            self.type = type
            self.iops = iops
            self.throughput = throughput
            self.encrypted = encrypted
            self.device = device
        }
    }

    /// Where an instance gets its `jobctl` from.
    public enum AgentSource: Hashable, Sendable {
        /// From the server, by the enrolment token.
        case server
        /// The image has it in its path.
        case image
        /// From a URL for each architecture: `https:`, or `s3://bucket/key` read by the instance's role.
        case files([Architecture: AgentFile])
    }

    /// A program to download.
    public struct AgentFile: Hashable, Sendable {
        /// Where it is.
        public var url: String
        /// The SHA-256 that it must have, 64 hexadecimal digits.
        public var sha256: String

        /// Makes a file.
        public init(url: String, sha256: String) {
            self.url = url
            self.sha256 = sha256
        }
    }
}

/// A fleet file that was refused, with every fault that was found.
public struct InvalidFleet: Error, Hashable, Sendable, CustomStringConvertible {
    /// The faults in the order of the fields; never empty.
    public let issues: [FieldIssue]

    /// Makes an error from faults.
    public init(issues: [FieldIssue]) {
        self.issues = issues
    }

    /// The text for people and logs.
    public var description: String { issues.map(\.description).joined(separator: "; ") }
}
