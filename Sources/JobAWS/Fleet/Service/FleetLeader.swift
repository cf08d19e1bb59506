internal import JobCore
internal import Logging

/// What a fleet service does while it leads: it feeds the controller and carries out its answers.
///
/// Whenever something cannot be saved, the controller is thrown away and made anew of what is stored, as after a crash:
/// there is only one way back.
struct FleetLeader {
    private let service: FleetService
    private let errand: @Sendable (FleetErrand) -> Void
    private var lock: FleetLock
    private var controller: FleetController?
    /// By uptime.
    private var nextSweep = Duration.zero
    private var sweeps = 0
    private var isListing = false
    private var markets: [String: MarketDuty] = [:]
    private var nextPrune = Duration.zero
    private var told: [String: Duration] = [:]
    private var shown: [String: FleetStatus] = [:]
    private var nextShow = Duration.zero

    private struct MarketDuty {
        var spec: FleetSpecification
        var nextRead = Duration.zero
        var isReading = false
    }

    init(_ service: FleetService, errand: @escaping @Sendable (FleetErrand) -> Void) {
        self.service = service
        self.errand = errand
        lock = FleetLock(records: service.store, holder: service.configuration.holder, time: service.time)
    }

    /// The named queues to listen to.
    var queues: Set<String> {
        Set(controller?.fleets.values.flatMap { $0.spec.queues } ?? [])
    }

    mutating func handle(_ input: FleetLoop.Input) async {
        do {
            guard try await lead() else { return }
            switch input {
            case .poll:
                try await look()
                readCloud()
                try await prune()
            case .signal: try await look()
            case .event(let event):
                note(event)
                try await tell(event)
                // What was learnt may be why nothing was launched, and work is waiting.
                if case .listed = event { readCloud() }
            case .failed(let duty, let text): retry(duty, text)
            }
        } catch let conflict as RecordConflict {
            service.logger.warning("another service leads the fleets now: \(conflict)")
            lock.lose()
            controller = nil
        } catch {
            service.logger.error("fleets: \(error); they are read again")
            controller = nil
        }
    }

    func release() async {
        var lock = lock
        await lock.release()
    }

    /// Whether it leads; becomes the leader when nobody else is.
    private mutating func lead() async throws -> Bool {
        guard try await lock.hold() else {
            controller = nil
            return false
        }
        if controller == nil {
            let store = FleetStore(service.store)
            controller = FleetController(
                settings: service.configuration.controller, launches: try await store.launches(),
                instances: try await store.instances(), at: service.time.now, random: service.random)
            (nextSweep, sweeps, isListing, markets, nextPrune, nextShow) = (.zero, 0, false, [:], .zero, .zero)
            try await look()
            readCloud()
        }
        return true
    }

    /// Reads the store and tells the controller.
    private mutating func look() async throws {
        let store = service.store
        let fleets = try await readFleets()
        try await tell(.fleets(fleets))
        // In this order; `FleetObservation` says why.
        let workers = try await store.workers()
        var observation = FleetObservation(
            workers: workers, counts: try await store.counts(), settings: try await store.queueSettings())
        try await leaveOutLanes(&observation)
        observation.enrolled = try await enrolments(besides: Set(workers.map(\.report.name)))
        try await tell(.observed(observation))
        try await show()
    }

    /// Jobs that wait for one of their lane need no machine.
    private func leaveOutLanes(_ observation: inout FleetObservation) async throws {
        let queues = queues.filter { observation.waiting[$0] != nil }
        guard queues.reduce(0, { $0 + (observation.waiting[$1] ?? 0) }) > 0 else { return }
        let queued = try await service.store.page(
            JobFilter(statuses: [.queued], queues: queues), after: nil, limit: Self.jobsLookedAt)
        guard queued.jobs.contains(where: { $0.spec.lane != nil }) else { return }
        let running = try await service.store.page(
            JobFilter(statuses: [.running, .cancelling], queues: queues), after: nil, limit: Self.jobsLookedAt)
        observation.leaveOutLanes(queued: queued.jobs, running: running.jobs)
    }

    private static let jobsLookedAt = 1_000

    /// When the instances were admitted whose workers have not been seen.
    private func enrolments(besides workers: Set<String>) async throws -> [String: Timestamp] {
        var found: [String: Timestamp] = [:]
        for instance in controller?.instances.values ?? [:].values
        where instance.phase == .booting && !workers.contains(instance.worker) {
            let stored = try await service.store.record(instance.id, in: FleetStore.Collection.enrolments)
            if let stored { found[instance.id] = stored.updatedAt }
        }
        return found
    }

    private mutating func readFleets() async throws -> [FleetRecord] {
        var fleets: [FleetRecord] = []
        for stored in try await service.store.allRecords(in: FleetStore.Collection.fleets) {
            do {
                let record = try FleetRecord(json: stored.value)
                if let region = record.spec.region, let ours = service.configuration.region, region != ours {
                    alarm("fleet \(stored.key) is left alone: it is for \(region), the service for \(ours)")
                } else {
                    fleets.append(record)
                }
            } catch {
                alarm("fleet \(stored.key) is left alone: \(error)")
            }
        }
        return fleets
    }

    /// Has the cloud read what is due.
    private mutating func readCloud() {
        let now = service.time.uptime
        if now >= nextSweep, !isListing {
            isListing = true
            errand(.list)
        }
        for fleet in controller?.fleets.values.sorted(by: { $0.spec.name < $1.spec.name }) ?? [] {
            var duty = markets[fleet.spec.name] ?? MarketDuty(spec: fleet.spec)
            if duty.spec != fleet.spec { duty = MarketDuty(spec: fleet.spec, isReading: duty.isReading) }
            if now >= duty.nextRead, !duty.isReading {
                duty.isReading = true
                errand(.market(fleet.spec))
            }
            markets[fleet.spec.name] = duty
        }
    }

    private mutating func note(_ event: FleetController.Event) {
        let now = service.time.uptime
        switch event {
        case .listed:
            sweeps += 1
            isListing = false
            let early = service.configuration.earlySweep
            nextSweep = now + (sweeps < early.count ? early.interval : service.configuration.sweepInterval)
        case .market(let fleet, _):
            markets[fleet]?.isReading = false
            let interval = service.configuration.marketInterval
            markets[fleet]?.nextRead = now + interval
        default: break
        }
    }

    private mutating func retry(_ duty: FleetDuty, _ text: String) {
        let now = service.time.uptime
        switch duty {
        case .list:
            alarm("EC2 cannot be listed: \(text)")
            isListing = false
            nextSweep = now + .seconds(10)
        case .market(let fleet):
            alarm("fleet \(fleet): what EC2 offers cannot be read: \(text)")
            markets[fleet]?.isReading = false
            markets[fleet]?.nextRead = now + .seconds(15)
        }
    }

    private mutating func tell(_ event: FleetController.Event) async throws {
        let now = service.time.now
        guard let actions = controller?.handle(event, at: now) else { return }
        for action in actions { try await perform(action) }
    }

    private mutating func perform(_ action: FleetController.Action) async throws {
        switch action {
        case .save(let changes):
            // One launch and its instances fit into one batch; what follows from several need not be one.
            for start in stride(from: 0, to: changes.count, by: RecordLimits.changes - 1) {
                let batch = changes[start..<min(start + RecordLimits.changes - 1, changes.count)]
                try await service.store.write([lock.check] + batch.map(\.stored))
            }
        case .launch(let launch):
            if let spec = controller?.fleets[launch.fleet]?.spec { errand(.launch(launch, spec)) }
        case .resume(let launch): errand(.resume(launch))
        case .removeTemplate(let name): errand(.removeTemplate(name))
        case .drain(let worker): errand(.drain(worker: worker))
        case .terminate(let id): errand(.terminate(id))
        case .tagOrphan(let id): errand(.tagOrphan(id))
        case .cancelSpotRequest(let id): errand(.cancelSpotRequest(id))
        case .revoke(let worker, let launch): errand(.revoke(worker: worker, launch: launch))
        case .note(let text): service.logger.info("\(text)")
        case .alarm(let text): alarm(text)
        }
    }

    /// Tells of what somebody should look at, each thing at most every ten minutes.
    private mutating func alarm(_ text: String) {
        let now = service.time.uptime
        if let last = told[text], now - last < .seconds(600) { return }
        if told.count >= 1_000 { told = told.filter { now - $0.value < .seconds(600) } }
        told[text] = now
        service.logger.error("\(text)")
    }

    /// Stores how the fleets fare, for those who look at them from elsewhere.
    private mutating func show() async throws {
        // Each job that comes changes it; once in a while is enough for those who look.
        guard let controller, service.time.uptime >= nextShow else { return }
        nextShow = service.time.uptime + .seconds(2)
        let now = service.time.now
        for name in controller.fleets.keys.sorted() {
            let status = controller.status(of: name, at: now)
            if shown[name] == status { continue }
            try await service.store.write([
                lock.check, RecordChange(.put(status.json), name, in: FleetStore.Collection.status),
            ])
            shown[name] = status
        }
    }

    /// Forgets what ended long ago.
    private mutating func prune() async throws {
        let now = service.time.uptime
        guard now >= nextPrune else { return }
        nextPrune = now + .seconds(3_600)
        let time = service.time.now
        let old = try await FleetStore(service.store).expired(at: time)
        let size = RecordLimits.changes - 1
        for start in stride(from: 0, to: old.count, by: size) {
            try await service.store.write([lock.check] + old[start..<min(start + size, old.count)])
        }
        controller?.forget(before: time - FleetStore.kept)
    }
}
