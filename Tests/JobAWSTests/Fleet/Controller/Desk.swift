import JobAWS
import JobCore
import JobTesting

/// A controller, what it is told, and what it asked for.
struct Desk {
    var controller: FleetController
    var now = Timestamp(seconds: 1_767_225_600)
    /// What it wanted done at the last event.
    var actions: [FleetController.Action] = []
    /// What is stored.
    var launches: [String: LaunchRecord] = [:]
    var instances: [String: FleetInstance] = [:]
    var observation = FleetObservation()
    var fleet: FleetRecord

    static let owner = "test"

    init(_ change: (inout FleetSpecification) -> Void = { _ in }) {
        var spec = FleetSpecification(
            name: "f", queues: ["work"], instanceTypes: ["m7g.large", "c7g.xlarge"], subnets: ["subnet-a", "subnet-b"])
        spec.onDemandPrices = ["m7g.large": 0.09, "c7g.xlarge": 0.15]
        change(&spec)
        fleet = FleetRecord(spec: spec)
        controller = Self.controller(at: now)
        begin()
    }

    private static func controller(
        at now: Timestamp, launches: [LaunchRecord] = [], instances: [FleetInstance] = []
    ) -> FleetController {
        FleetController(
            settings: FleetController.Settings(owner: owner), launches: launches, instances: instances, at: now,
            random: .seeded(7))
    }

    private mutating func begin() {
        tell(.fleets([fleet]))
        tell(.market(fleet: "f", Self.market(at: now)))
    }

    static func market(at now: Timestamp, scale: Double = 1) -> FleetMarket {
        var prices: [CapacityPool: PriceSeries] = [:]
        for (type, price) in ["m7g.large": 0.03, "c7g.xlarge": 0.05] {
            for zone in ["a", "b"] {
                prices[CapacityPool(type: type, zone: zone, lifecycle: .spot)] = PriceSeries(
                    constant: price * scale * (zone == "a" ? 1 : 1.1))
            }
        }
        return FleetMarket(
            images: [.arm64: "ami-1"],
            types: [
                "m7g.large": FleetMarket.InstanceType(vcpus: 2, memory: 8_192, architecture: .arm64),
                "c7g.xlarge": FleetMarket.InstanceType(vcpus: 4, memory: 8_192, architecture: .arm64),
            ], zones: ["subnet-a": "a", "subnet-b": "b"], spotPrices: prices, readAt: now)
    }

    /// Tells the controller, and stores what it wants stored.
    mutating func tell(_ event: FleetController.Event) {
        actions = controller.handle(event, at: now)
        for case .save(let changes) in actions {
            for change in changes {
                switch change {
                case .launch(let launch): launches[launch.id] = launch
                case .instance(let instance): instances[instance.id] = instance
                }
            }
        }
    }

    /// A new controller of what is stored, as after a crash.
    mutating func restart() {
        controller = Self.controller(
            at: now, launches: Array(launches.values), instances: Array(instances.values))
        begin()
    }

    mutating func wait(_ duration: Duration) {
        now = now + duration
        tell(.tick)
    }

    mutating func list(_ instances: [CloudInstance], templates: [CloudTemplate] = [], began: Timestamp? = nil) {
        tell(.listed(instances, templates: templates, began: began ?? now))
    }

    mutating func look(waiting: Int? = nil, running: Int? = nil) {
        if let waiting { observation.waiting = ["work": waiting] }
        if let running { observation.running = ["work": running] }
        tell(.observed(observation))
    }

    /// The launches that are to be made now.
    var launched: [LaunchRecord] {
        actions.compactMap { if case .launch(let launch) = $0 { launch } else { nil } }
    }

    var resumed: [String] {
        actions.compactMap { if case .resume(let launch) = $0 { launch.id } else { nil } }
    }

    var terminated: [String] {
        actions.compactMap { if case .terminate(let id) = $0 { id } else { nil } }
    }

    var drained: [String] {
        actions.compactMap { if case .drain(let worker) = $0 { worker } else { nil } }
    }

    var alarms: [String] {
        actions.compactMap { if case .alarm(let text) = $0 { text } else { nil } }
    }

    /// Has jobs wait, and EC2 give what is asked for, which is called `i-1`, `i-2` and so on.
    mutating func start(jobs: Int) {
        list([])
        look(waiting: jobs)
        observation.waiting = [:]
        for launch in launched { answer(launch) }
        look()
    }

    mutating func answer(_ launch: LaunchRecord, count: Int? = nil) {
        let first = instances.count + 1
        let given = (0..<(count ?? launch.count)).map { index in
            LaunchedInstance(id: "i-\(first + index)", pool: launch.candidates[0].pool)
        }
        tell(.launched(launch.id, .answered(given, refusals: [])))
    }

    /// A worker reports from an instance.
    mutating func report(_ id: String, jobs: Int = 0, slots: Int = 1, notice: WorkerNotice? = nil) {
        let name = FleetWorker.name(instance: id)
        observation.workers.removeAll { $0.name == name }
        observation.workers.append(
            FleetObservation.Worker(
                name: name, queues: ["work"], slots: slots, jobs: jobs, lastSeen: now, notice: notice))
        look()
    }

    /// What EC2 lists of an instance that it knows.
    func cloud(
        _ id: String, _ state: CloudInstance.State = .running, reason: String? = nil, isMarked: Bool = false
    ) -> CloudInstance {
        let instance = instances[id]
        return CloudInstance(
            id: id, state: state, pool: instance?.pool ?? CapacityPool(type: "m7g.large", zone: "a", lifecycle: .spot),
            launchedAt: instance?.launchedAt ?? now, reason: reason, isMarked: isMarked,
            tags: [FleetTag.owner: Self.owner, FleetTag.launch: instance?.launch ?? ""])
    }
}
