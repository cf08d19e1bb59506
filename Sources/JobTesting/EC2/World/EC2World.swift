internal import JobCore

/// Everything that the fake knows: a value that changes by calls and by time, and does nothing else.
struct EC2World: Sendable {
    /// Something that is going to happen by itself.
    enum Event: Hashable, Sendable {
        case runs, notice(action: String, ends: Bool), rebalance, dies(FakeEC2.Instance.Reason, interrupted: Bool)
        case ends, stops, closesRequest, forgotten
    }

    /// What the shell has to do after a change, in this order.
    enum Action: Hashable, Sendable {
        case boot(String)
        case kill(String)
    }

    struct Entry: Hashable, Sendable {
        let at: Timestamp
        let order: Int
        let instance: String
        let event: Event
    }

    struct Launched: Hashable, Sendable {
        let parameters: QueryForm
        let instances: [String]
        let fleet: String?
    }

    let configuration: FakeEC2.Configuration
    let start: Timestamp
    var now: Timestamp
    var plan = FakeEC2.FaultPlan()
    /// How many calls each fault of answers has seen since the plan was set.
    var seen: [Int] = []
    /// How often each instance may still refuse to be terminated.
    var refusals: [String: Int] = [:]
    var random: SeededRandom
    var instances: [String: FakeEC2.Instance] = [:]
    /// The order of launches.
    var launchOrder: [String] = []
    var launches = 0
    var notices: [String: InstanceNotice] = [:]
    var templates: [String: LaunchTemplate] = [:]
    var requests: [String: SpotRequest] = [:]
    var volumes: [String: Volume] = [:]
    var fleets: [String: Fleet] = [:]
    /// What has been launched under a client token.
    var tokens: [String: Launched] = [:]
    var schedule: [Entry] = []
    var scheduled = 0
    var actions: [Action] = []
    var calls: [FakeEC2.Call] = []
    var consoles: [String: [UInt8]] = [:]

    init(configuration: FakeEC2.Configuration, seed: UInt64, now: Timestamp) {
        self.configuration = configuration
        self.start = now
        self.now = now
        self.random = SeededRandom(seed: seed)
    }

    /// How long the fake has been there.
    var age: Duration { now - start }

    /// A new id, such as `i-0123456789abcdef0`.
    mutating func newID(_ prefix: String) -> String {
        let digits = String(random.next(), radix: 16)
        return "\(prefix)-0" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// A number in `0 ..< 1`.
    mutating func unit() -> Double { Double(random.next() >> 11) * 0x1p-53 }

    /// A time as the server's clock shows it, in whole seconds as EC2 writes it.
    func stamp(_ time: Timestamp) -> String {
        let shown = time + plan.clockOffset
        let whole = Timestamp(seconds: shown.microseconds / 1_000_000)
        return whole.description.dropLast() + ".000Z"
    }

    /// The instances that a caller can see by now, in the order of their launches.
    var visible: [FakeEC2.Instance] {
        launchOrder.compactMap { instances[$0] }.filter { now - $0.launchedAt >= plan.invisible }
    }

    /// What may still be launched in a pool; nil for any number.
    func capacity(of pool: FakeEC2.Pool) -> Int? {
        guard let limit = plan.capacity.last(where: { $0.covers(pool, at: age) })?.instances else { return nil }
        return max(0, limit - instances.values.count { $0.pool == pool && $0.isAlive })
    }

    mutating func after(_ delay: Duration, _ event: Event, of instance: String) {
        scheduled += 1
        let entry = Entry(at: now + delay, order: scheduled, instance: instance, event: event)
        let place = schedule.firstIndex { $0.at > entry.at } ?? schedule.endIndex
        schedule.insert(entry, at: place)
    }
}

/// What EC2 tells an instance about its future.
struct InstanceNotice: Hashable, Sendable {
    var action: String?
    var at: Timestamp?
    var rebalanceAt: Timestamp?
}

struct LaunchTemplate: Hashable, Sendable {
    let id: String
    let name: String
    let createdAt: Timestamp
    let token: String?
    let parameters: QueryForm
    var tags: [String: String]
}

struct SpotRequest: Hashable, Sendable {
    let id: String
    let instanceID: String
    let type: String
    let zone: String
    let imageID: String
    let createdAt: Timestamp
    /// `open`, `active`, `closed` or `cancelled`.
    var state: String
    var code: String
    var message: String
    var tags: [String: String]
}

struct Volume: Hashable, Sendable {
    let id: String
    let instanceID: String
    let device: String
    let zone: String
    let gibibytes: Int
    let type: String
    let deletesOnTermination: Bool
    let createdAt: Timestamp
    /// `in-use` or `available`.
    var state: String
    var tags: [String: String]
}

struct Fleet: Hashable, Sendable {
    struct Group: Hashable, Sendable {
        let candidate: FleetCandidate
        let lifecycle: FakeEC2.Lifecycle
        let instances: [String]
    }
    struct Miss: Hashable, Sendable {
        let candidate: FleetCandidate
        let lifecycle: FakeEC2.Lifecycle
        let refusal: EC2Refusal
    }
    let id: String
    let groups: [Group]
    let misses: [Miss]
}
