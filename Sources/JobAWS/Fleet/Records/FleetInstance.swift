public import JobCore

/// An instance as it is recorded.
public struct FleetInstance: Hashable, Sendable {
    /// How far it has come.
    public enum Phase: String, Hashable, Sendable, CaseIterable {
        /// Its worker has not reported yet.
        case booting
        /// Its worker works.
        case working
        /// It takes no more jobs and ends by itself.
        case draining
        /// EC2 has said that it takes it away.
        case doomed
        /// EC2 was asked to terminate it, or is doing so.
        case terminating
        /// EC2 says that it is gone.
        case gone
    }

    /// Why it ended, or is to end.
    public enum Ending: String, Hashable, Sendable, CaseIterable {
        /// EC2 took it back.
        case interrupted
        /// It had nothing to do.
        case idle
        /// Its worker ended by itself and powered it off.
        case finished
        /// Its worker never reported.
        case neverEnrolled
        /// Its worker said nothing for too long.
        case lost
        /// Its worker ended, but it went on.
        case stuck
        /// It lived as long as it may.
        case expired
        /// Another one took its place before it was taken away or maintained.
        case replaced
        /// The fleet was drained, made smaller or removed.
        case scaledDown
        /// It would have gone beyond the limits.
        case overLimit
        /// Somebody else terminated it.
        case terminated
        /// EC2 ended it because of a fault.
        case failed
        /// EC2 does not know it.
        case vanished
    }

    /// The id.
    public var id: String
    /// The fleet.
    public var fleet: String
    /// The launch that it came of.
    public var launch: String
    /// The pool that it came from.
    public var pool: CapacityPool
    /// Its virtual processors; 0 when not known.
    public var vcpus: Int
    /// How many jobs it runs at a time.
    public var slots: Int
    /// When it was launched.
    public var launchedAt: Timestamp
    /// How far it has come.
    public var phase: Phase
    /// When its worker first reported.
    public var workingSince: Timestamp?
    /// When EC2 said that it takes it away, or when that is to be.
    public var noticeTime: Timestamp?
    /// Why it ended, or is to end.
    public var ending: Ending?
    /// When it stopped costing: when EC2 first said that it was shutting down or gone.
    public var endedAt: Timestamp?
    /// Its spot request.
    public var spotRequest: String?
    /// Its price while it lived.
    public var prices: PriceSeries
    /// What an hour of its type costs on demand; nil when not known.
    public var onDemandPrice: Double?

    /// Makes an instance that has just been launched.
    public init(
        id: String, fleet: String, launch: String, pool: CapacityPool, vcpus: Int, slots: Int, launchedAt: Timestamp,
        prices: PriceSeries = PriceSeries(), onDemandPrice: Double? = nil
    ) {
        self.id = id
        self.fleet = fleet
        self.launch = launch
        self.pool = pool
        self.vcpus = vcpus
        self.slots = slots
        self.launchedAt = launchedAt
        self.phase = .booting
        self.prices = prices
        self.onDemandPrice = onDemandPrice
    }

    /// Its worker's name.
    public var worker: String { FleetWorker.name(instance: id) }

    /// Whether it counts against the limits: EC2 has not said that it ends.
    public var counts: Bool { phase != .gone && endedAt == nil }

    /// Whether it can be given jobs.
    public var isUsable: Bool { phase == .booting || phase == .working }
}
