internal import JobCore

/// Everything that a simulation is about: jobs, workers, EC2, the store, and a controller that crashes.
struct SimulatedWorld {
    let configuration: FleetSimulation.Configuration
    let spec: FleetSpecification
    let start = Timestamp(seconds: 1_767_225_600)
    var now: Timestamp
    var random: SimulatedRandom
    var agenda = SimulatedAgenda()
    var report = FleetSimulation.Report()

    // Work.
    var jobs: [SimulatedJob] = []
    var waiting: [Int] = []
    var waitingHead = 0
    var running = 0
    var unfinished = 0
    var waited = 0.0
    var waits = 0

    // EC2.
    var instances: [SimulatedInstance] = []
    var index: [String: Int] = [:]
    /// Those that EC2's lists may still tell of, in order.
    var listed: [Int] = []
    /// Those that exist, in order.
    var alive: [Int] = []
    var existing = 0
    var vcpus = 0
    var prices: [CapacityPool: Double] = [:]
    var history: [CapacityPool: PriceSeries] = [:]
    var dryUntil: [CapacityPool: Timestamp] = [:]
    var answers: [String: LaunchOutcome] = [:]
    var templates: [String: CloudTemplate] = [:]
    var pools: [CapacityPool] = []

    // The store.
    var launches: [String: LaunchRecord] = [:]
    var records: [String: FleetInstance] = [:]

    // The controller.
    var controller: FleetController?
    var epoch = 0
    var isLooking = false
    var isPriceRising = false

    static let owner = "simulation"

    init(_ configuration: FleetSimulation.Configuration) {
        self.configuration = configuration
        self.spec = configuration.spec
        self.now = start
        self.random = SimulatedRandom(seed: configuration.seed)
    }

    func violation(_ message: String) -> FleetSimulation.Violation {
        FleetSimulation.Violation(seed: configuration.seed, after: now - start, message: message)
    }

    mutating func run() throws -> FleetSimulation.Report {
        openMarket()
        arrangeJobs()
        plantStrangers()
        for event in [SimulatedAgenda.Event.restart, .poll, .sweep, .prices, .drought, .crash] {
            agenda.add(event, at: now)
        }
        while let (time, event) = agenda.next() {
            now = time
            report.events += 1
            try handle(event)
            try check()
            if unfinished == 0, existing == strangers, now - start > configuration.duration { break }
            if now - start > configuration.duration * 2 { throw violation("\(unfinished) jobs do not finish") }
        }
        try checkEnd()
        return report
    }

    private mutating func handle(_ event: SimulatedAgenda.Event) throws {
        switch event {
        case .arrival(let job): try arrive(job)
        case .boot(let instance): try boot(instance)
        case .finish(let instance, let job, let generation): try finish(job, generation: generation, on: instance)
        case .notice(let instance): try noticed(instance)
        case .reclaim(let instance): reclaim(instance)
        case .idle(let instance, let since): idle(instance, since: since)
        case .off(let instance): powerOff(instance)
        case .terminated(let instance): terminated(instance)
        case .silence(let instance): silence(instance)
        case .expire(let job, let generation): try expire(job, generation: generation)
        case .giveUp(let instance): stopWorker(instance)
        case .answer(let id, let outcome, let sent):
            if sent == epoch { try tell(.launched(id, outcome)) }
        case .listed(let list, let began, let sent):
            if sent == epoch { try tell(.listed(list, templates: oldTemplates(), began: began)) }
        case .look:
            isLooking = false
            try look()
        case .poll:
            agenda.add(.poll, at: now + .seconds(15))
            try look()
        case .sweep:
            agenda.add(.sweep, at: now + .seconds(120))
            sweep()
        case .prices:
            agenda.add(.prices, at: now + .seconds(900))
            try movePrices()
        case .drought:
            agenda.add(.drought, at: now + random.exponential(configuration.droughtInterval))
            drought()
        case .crash:
            agenda.add(.crash, at: now + random.exponential(configuration.crashInterval))
            crash()
        case .restart: try restart()
        }
    }

    // MARK: The controller and its store

    mutating func tell(_ event: FleetController.Event) throws {
        // In place: a copy of the controller is a copy of all that it knows.
        guard let actions = controller?.handle(event, at: now) else { return }
        for action in actions {
            if random.chance(configuration.crashChance) {
                crash()
                return
            }
            try perform(action)
        }
    }

    private mutating func perform(_ action: FleetController.Action) throws {
        switch action {
        case .save(let changes):
            for change in changes {
                switch change {
                case .launch(let launch): launches[launch.id] = launch
                case .instance(let instance): records[instance.id] = instance
                }
            }
        case .launch(let launch):
            report.launches += 1
            templates[launch.id] = CloudTemplate(name: launch.templateName, launch: launch.id, createdAt: now)
            try call(launch)
        case .resume(let launch):
            guard templates[launch.id] != nil || answers[launch.clientToken] != nil else {
                return agenda.add(.answer(launch.id, .nothing, epoch: epoch), at: now + .seconds(1))
            }
            try call(launch)
        case .removeTemplate(let name): templates[String(name.dropFirst(7))] = nil
        case .drain(let worker): drain(worker)
        case .terminate(let id): try terminate(id)
        case .tagOrphan(let id):
            if let at = index[id] { instances[at].tags[FleetTag.orphan] = now.description }
        case .cancelSpotRequest, .revoke, .note, .alarm: break
        }
    }

    private mutating func crash() {
        guard controller != nil else { return }
        controller = nil
        epoch += 1
        report.crashes += 1
        agenda.add(.restart, at: now + random.seconds(2...max(3, configuration.downtime.inSeconds)))
    }

    private mutating func restart() throws {
        guard controller == nil else { return }
        controller = FleetController(
            settings: FleetController.Settings(owner: Self.owner), launches: Array(launches.values),
            instances: Array(records.values), at: now, random: random.source())
        try tell(.fleets([FleetRecord(spec: spec)]))
        sweep()
        try tell(.market(fleet: spec.name, market()))
        try look()
    }

    /// Looks soon, as a service does that hears of new work.
    mutating func signal() {
        guard !isLooking else { return }
        isLooking = true
        agenda.add(.look, at: now + .seconds(2))
    }

    private mutating func look() throws {
        guard controller != nil else { return }
        var observation = FleetObservation()
        let count = waiting.count - waitingHead
        if count > 0 { observation.waiting = ["work": count] }
        if running > 0 { observation.running = ["work": running] }
        for at in alive where instances[at].isWorking {
            let instance = instances[at]
            observation.workers.append(
                FleetObservation.Worker(
                    name: FleetWorker.name(instance: instance.id), queues: spec.queues, slots: instance.slots,
                    jobs: instance.jobs.count, lastSeen: instance.silentSince ?? now, isDraining: instance.isDraining,
                    notice: instance.notice))
        }
        try tell(.observed(observation))
    }
}
