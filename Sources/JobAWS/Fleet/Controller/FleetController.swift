public import JobCore

/// Decides what becomes of all fleets: a pure state machine.
///
/// It is told what was read and what became of its actions, and answers with what is to be done, in order. It does no
/// I/O and reads no clock. What must survive a crash is in the records that it asks to save: a new controller that is
/// made of these, and told what EC2 lists, goes on where the old one stopped, between whichever two actions that was.
public struct FleetController: Sendable {
    /// How it decides; the standard values are those of `Docs/fleets.md`.
    public struct Settings: Hashable, Sendable {
        /// The installation whose instances are ours: 1 to 64 letters, digits, `.`, `_` or `-`.
        public var owner: String
        /// How long a pool without capacity is avoided.
        public var capacityMemory = Duration.seconds(180)
        /// How long EC2 may take until its lists tell of a new instance.
        public var appearance = Duration.seconds(300)
        /// How long an instance may take to power off after its worker ended.
        public var stopGrace = Duration.seconds(120)
        /// How long after its announced end an instance may still be there.
        public var noticeGrace = Duration.seconds(300)
        /// How long after its admission a worker may take to report.
        public var firstReport = Duration.seconds(10)
        /// After how long without a word a worker's jobs are given up, long before its instance is.
        public var silence = Duration.seconds(90)
        /// For how long an open launch is asked for again after a restart.
        public var resumeLimit = Duration.seconds(3_600)
        /// How old an instance must be before it can be taken for an orphan.
        public var orphanGrace = Duration.seconds(300)
        /// The most instances of one launch.
        public var batch = 50
        /// The most pools that one launch names.
        public var candidates = 60

        /// Makes the standard settings for an installation.
        public init(owner: String) {
            self.owner = owner
        }
    }

    /// What it is told.
    public enum Event: Sendable {
        /// The fleets as they are stored; all of them.
        case fleets([FleetRecord])
        /// What EC2 offers to a fleet.
        case market(fleet: String, FleetMarket)
        /// What the store knows of work and workers.
        case observed(FleetObservation)
        /// A complete list of what bears our tag in EC2, and when its reading began.
        case listed([CloudInstance], templates: [CloudTemplate], began: Timestamp)
        /// What became of ``Action/launch(_:)`` or ``Action/resume(_:)``.
        case launched(String, LaunchOutcome)
        /// EC2 refused to terminate an instance, or could not be reached.
        case notTerminated(String, message: String)
        /// EC2 refused to tag an orphan.
        case notTagged(String, message: String)
        /// Time has passed.
        case tick
    }

    /// What it wants done.
    public enum Action: Hashable, Sendable {
        /// Make these changes durable, all at once, before anything after it is done.
        case save([Change])
        /// Make the launch of this id, whose record was saved before.
        case launch(LaunchRecord)
        /// Ask EC2 what became of this launch, with the same token.
        case resume(LaunchRecord)
        /// Delete the launch template.
        case removeTemplate(String)
        /// Order a worker to finish what it runs and to end.
        case drain(worker: String)
        /// Terminate an instance.
        case terminate(String)
        /// Tag an instance that nobody knows as an orphan.
        case tagOrphan(String)
        /// Close a spot request.
        case cancelSpotRequest(String)
        /// Revoke the tokens of an instance that is gone, or of a launch that gave nothing.
        case revoke(worker: String?, launch: String?)
        /// Tell people of what happened.
        case note(String)
        /// Tell people of what they should look at.
        case alarm(String)
    }

    /// A record that is to be stored.
    public enum Change: Hashable, Sendable {
        /// A launch.
        case launch(LaunchRecord)
        /// An instance.
        case instance(FleetInstance)
    }

    /// How it decides.
    public let settings: Settings
    /// The fleets.
    public internal(set) var fleets: [String: FleetRecord] = [:]
    /// The known launches.
    public internal(set) var launches: [String: LaunchRecord] = [:]
    /// The instances that are not known to be gone.
    public internal(set) var instances: [String: FleetInstance] = [:]

    /// Where ids come from.
    let random: RandomSource
    /// When it was made: nobody is late who could not report before.
    let startedAt: Timestamp
    /// The ids of ``instances`` in the order of their arrival, so that equal inputs give equal actions.
    var roster: [String] = []
    /// The launches whose outcome is not known, in order.
    var open: [String] = []
    /// Instances that are known to be gone.
    var gone: Set<String> = []
    var markets: [String: FleetMarket] = [:]
    var memory: CapacityMemory
    var moods: [String: FleetMood] = [:]
    var watches: [String: InstanceWatch] = [:]
    var calls: [String: LaunchCall] = [:]
    var orphans: [String: Int] = [:]
    var observation: FleetObservation?
    /// The workers of ``observation`` that run on instances.
    var workers: [String: FleetObservation.Worker] = [:]
    var hasFleets = false
    var hasListed = false

    /// Makes a controller of what is stored.
    ///
    /// - Parameters:
    ///   - settings: how it decides.
    ///   - launches: the stored launches.
    ///   - instances: the stored instances.
    ///   - now: the time.
    ///   - random: where ids come from.
    public init(
        settings: Settings, launches: [LaunchRecord] = [], instances: [FleetInstance] = [], at now: Timestamp,
        random: RandomSource
    ) {
        self.settings = settings
        self.random = random
        self.startedAt = now
        self.memory = CapacityMemory(lifetime: settings.capacityMemory)
        for launch in launches { self.launches[launch.id] = launch }
        // In an order of their own, because what is decided follows it.
        open = launches.filter { $0.state == .intended }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.map(\.id)
        gone = Set(instances.lazy.filter { $0.phase == .gone }.map(\.id))
        for instance in instances.filter({ $0.phase != .gone })
            .sorted(by: { ($0.launchedAt, $0.id) < ($1.launchedAt, $1.id) })
        {
            add(instance)
        }
    }

    /// Takes note of an event and says what is to be done, in this order.
    ///
    /// When an action cannot be done, those after it are not to be done either if it is ``Action/save(_:)``: the
    /// records then say nothing of them, and a new controller must be made of what is stored.
    public mutating func handle(_ event: Event, at now: Timestamp) -> [Action] {
        var plan = Plan()
        memory.forgetOld(at: now)
        switch event {
        case .fleets(let records): note(records)
        case .market(let fleet, let market): note(market, of: fleet, &plan, at: now)
        case .observed(let observation): note(observation, &plan, at: now)
        case .listed(let list, let templates, let began):
            note(list, templates: templates, began: began, &plan, at: now)
        case .launched(let id, let outcome): note(outcome, of: id, &plan, at: now)
        case .notTerminated(let id, let message): noteNotTerminated(id, message, &plan, at: now)
        case .notTagged(let id, let message): plan.alarm("orphan \(id) cannot be tagged: \(message)")
        case .tick: break
        }
        if hasFleets && hasListed {
            watchInstances(&plan, at: now)
            resumeLaunches(&plan, at: now)
            for name in fleets.keys.sorted() { scale(name, &plan, at: now) }
        }
        return plan.finish()
    }

    /// Whether something is under way, so that it is worth to look often.
    public var isBusy: Bool { !instances.isEmpty || !open.isEmpty || moods.contains { $0.value.shortage > 0 } }

    mutating func add(_ instance: FleetInstance) {
        instances[instance.id] = instance
        roster.append(instance.id)
    }

    mutating func note(_ records: [FleetRecord]) {
        fleets = Dictionary(records.map { ($0.spec.name, $0) }, uniquingKeysWith: { $1 })
        hasFleets = true
    }

    mutating func note(_ market: FleetMarket, of fleet: String, _ plan: inout Plan, at now: Timestamp) {
        markets[fleet] = market
        for id in roster {
            guard var instance = instances[id], instance.fleet == fleet, instance.counts else { continue }
            let before = instance
            instance.follow(market)
            if instance != before { update(instance, &plan) }
        }
    }

    mutating func update(_ instance: FleetInstance, _ plan: inout Plan) {
        instances[instance.id] = instance
        plan.save(.instance(instance))
    }
}

extension FleetInstance {
    /// Takes over what has become of its price.
    mutating func follow(_ market: FleetMarket) {
        guard pool.lifecycle == .spot, let series = market.spotPrices[pool] else { return }
        let relevant = series.since(launchedAt)
        guard let last = prices.steps.last else {
            prices = relevant
            return
        }
        for step in relevant.steps where step.time > last.time { prices.append(step) }
    }
}
