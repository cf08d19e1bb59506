internal import JobCore

// How many instances a fleet needs, and where they come from.
extension FleetController {
    /// What a fleet has and lacks.
    struct Balance {
        /// Instances that count against the limits, with launches under way.
        var instances = 0
        var vcpus = 0
        var dollars = 0.0
        /// Instances that can be given jobs, with launches under way.
        var usable = 0
        /// What these cost, in dollars an hour.
        var lastingDollars = 0.0
        /// Slots that are free now, or will be.
        var free = 0
        /// Jobs that need a slot.
        var demand = 0
        var shortage: Int { demand - free }
    }

    mutating func scale(_ name: String, _ plan: inout Plan, at now: Timestamp) {
        guard let fleet = fleets[name], observation != nil else { return }
        let balance = balance(of: fleet, at: now)
        var mood = moods[name] ?? FleetMood()
        mood.shortage = max(0, balance.shortage)
        if balance.demand == 0 { mood.waitingSince = nil }
        if balance.shortage > 0, mood.waitingSince == nil { mood.waitingSince = now }
        mood.interruptions.removeAll { now - $0 > .seconds(3_600) }
        moods[name] = mood
        if fleet.isDrained { return }
        shrink(fleet, balance, &plan, at: now)
        grow(fleet, balance, &plan, at: now)
    }

    func balance(of fleet: FleetRecord, at now: Timestamp) -> Balance {
        let spec = fleet.spec
        var balance = Balance()
        var held = 0
        for id in roster {
            guard let instance = instances[id], instance.fleet == spec.name else { continue }
            if instance.counts {
                balance.instances += 1
                balance.vcpus += instance.vcpus
                balance.dollars += instance.prices.current ?? instance.onDemandPrice ?? 0
            }
            let worker = workers[id]
            if let worker, now - max(worker.lastSeen, startedAt) > settings.silence { continue }
            if instance.isUsable || instance.phase == .draining { held += worker?.jobs ?? 0 }
            guard instance.isUsable else { continue }
            balance.usable += 1
            balance.lastingDollars += instance.prices.current ?? instance.onDemandPrice ?? 0
            balance.free += freeSlots(of: instance, worker, spec)
        }
        for id in open {
            guard let launch = launches[id], launch.fleet == spec.name else { continue }
            let coming = max(0, launch.count - launch.arrived(in: instances, gone))
            balance.instances += coming
            balance.usable += coming
            balance.vcpus += coming * launch.vcpus
            balance.dollars += Double(coming) * (launch.price ?? 0)
            balance.lastingDollars += Double(coming) * (launch.price ?? 0)
            balance.free += coming * spec.slots
        }
        addWork(of: spec, held: held, to: &balance, at: now)
        return balance
    }

    private func freeSlots(
        of instance: FleetInstance, _ worker: FleetObservation.Worker?, _ spec: FleetSpecification
    ) -> Int {
        guard let worker else { return instance.phase == .booting ? instance.slots : 0 }
        if spec.oneJobPerInstance, watches[instance.id]?.hasWorked == true { return 0 }
        return max(0, worker.slots - worker.jobs)
    }

    /// The jobs that need a slot: those that wait, and those whose worker will not finish them.
    private func addWork(of spec: FleetSpecification, held: Int, to balance: inout Balance, at now: Timestamp) {
        guard let observation else { return }
        var held = held
        let queues = Set(spec.queues)
        for worker in observation.workers {
            let isOurs = FleetWorker.instance(ofWorker: worker.name) != nil
            guard !isOurs, now - worker.lastSeen <= settings.silence, !queues.isDisjoint(with: worker.queues) else {
                continue
            }
            held += worker.jobs
            if !worker.isDraining, worker.notice?.kind != .interruption {
                balance.free += max(0, worker.slots - worker.jobs)
            }
        }
        let waiting = spec.queues.reduce(0) { $0 + (observation.waiting[$1] ?? 0) }
        let running = spec.queues.reduce(0) { $0 + (observation.running[$1] ?? 0) }
        balance.demand = waiting + max(0, running - held)
    }

    /// Lets idle instances end that nobody needs.
    private mutating func shrink(_ fleet: FleetRecord, _ balance: Balance, _ plan: inout Plan, at now: Timestamp) {
        var spare = balance.usable - fleet.minimum
        var excess = balance.usable - fleet.spec.limits.instances
        let isTooDear = fleet.spec.limits.dollarsPerHour.map { balance.lastingDollars > $0 + 1e-9 } ?? false
        for id in roster {
            guard var instance = instances[id], instance.fleet == fleet.spec.name, instance.isUsable else { continue }
            let watch = watches[id]
            if excess > 0 || (isTooDear && instance.id == dearest(in: fleet.spec.name)) {
                excess -= 1
                spare -= 1
                retire(&instance, .overLimit, &plan, at: now)
                update(instance, &plan)
                continue
            }
            guard spare > 0, let idleSince = watch?.idleSince, instance.phase == .working else { continue }
            // The worker's own idle time comes first; this is for fleets with a minimum, and for workers that hang.
            let patience = fleet.spec.idleTimeout + (fleet.minimum == 0 ? .seconds(60) : .zero)
            if now - idleSince > patience {
                spare -= 1
                drain(&instance, .idle, &plan)
                update(instance, &plan)
            }
        }
    }

    /// The usable instance with the highest price.
    private func dearest(in fleet: String) -> String? {
        roster.compactMap { instances[$0] }.filter { $0.fleet == fleet && $0.isUsable }
            .max { ($0.prices.current ?? 0, $0.id) < ($1.prices.current ?? 0, $1.id) }?.id
    }

    private mutating func grow(_ fleet: FleetRecord, _ balance: Balance, _ plan: inout Plan, at now: Timestamp) {
        let spec = fleet.spec
        var wanted = fleet.minimum - balance.usable
        if balance.shortage > 0, !isBlocked(spec, at: now) {
            wanted = max(wanted, (balance.shortage + spec.slots - 1) / spec.slots)
        }
        guard wanted > 0, let market = markets[spec.name] else { return }
        if let notBefore = moods[spec.name]?.notBefore, now < notBefore { return }
        guard let lifecycle = lifecycle(for: spec, market, at: now) else { return }
        let room = LaunchRoom(limits: spec.limits, balance: balance)
        guard
            var launch = room.launch(
                wanted: min(wanted, settings.batch), from: candidates(spec, market, lifecycle, at: now), spec: spec,
                market: market, most: settings.candidates)
        else { return }
        launch.id = newID(at: now)
        launch.createdAt = now
        launch.tags = spec.tags
        launch.tags["Name"] = spec.tags["Name"] ?? "jobkit \(spec.name)"
        launch.tags[FleetTag.owner] = settings.owner
        launch.tags[FleetTag.fleet] = spec.name
        launch.tags[FleetTag.launch] = launch.id
        launch.tags[FleetTag.expires] = (now + spec.maxLifetime).description
        start(launch, &plan, at: now)
    }

    /// Whether jobs wait that workers with free slots do not take: then more workers would not take them either.
    private func isBlocked(_ spec: FleetSpecification, at now: Timestamp) -> Bool {
        roster.contains { id in
            guard let instance = instances[id], instance.fleet == spec.name, instance.phase == .working,
                let worker = workers[id], now - worker.lastSeen <= settings.silence,
                let free = watches[id]?.freeSince
            else { return false }
            return now - free > .seconds(30) && !(spec.oneJobPerInstance && watches[id]?.hasWorked == true)
        }
    }

    /// How instances are to be paid now; nil to wait.
    private func lifecycle(
        for spec: FleetSpecification, _ market: FleetMarket, at now: Timestamp
    ) -> CapacityPool.Lifecycle? {
        let policy = spec.onDemand
        if policy.isAlways { return .onDemand }
        let mood = moods[spec.name] ?? FleetMood()
        let isSpotBlocked = mood.noSpotBefore.map { now < $0 } ?? false
        let hasSpot = !isSpotBlocked && !candidates(spec, market, .spot, at: now).isEmpty
        let isTired = policy.afterMisses.map { mood.misses >= $0 || !hasSpot } ?? false
        let isLate = policy.afterWaiting.map { limit in
            mood.waitingSince.map { now - $0 >= limit } ?? false
        }
        let isShaken = policy.afterInterruptions.map { mood.interruptions.count >= $0 } ?? false
        if isTired || isLate ?? false || isShaken, !candidates(spec, market, .onDemand, at: now).isEmpty {
            return .onDemand
        }
        return hasSpot ? .spot : nil
    }

    private func candidates(
        _ spec: FleetSpecification, _ market: FleetMarket, _ lifecycle: CapacityPool.Lifecycle, at now: Timestamp
    ) -> [LaunchRecord.Candidate] {
        market.candidates(for: spec, lifecycle).filter { !memory.avoids($0.pool, at: now) }
    }

    /// Twelve letters and digits that sort by time.
    private func newID(at now: Timestamp) -> String {
        var random = random
        var id: String
        repeat {
            let time = String(max(0, now.microseconds / 1_000), radix: 36)
            id = String(repeating: "0", count: max(0, 8 - time.count)) + time.suffix(8)
            while id.utf8.count < 12 { id += String(Int.random(in: 0..<36, using: &random), radix: 36) }
        } while launches[id] != nil
        return id
    }
}

extension LaunchRecord {
    /// How many of its instances have been recorded.
    func arrived(in instances: [String: FleetInstance], _ gone: Set<String>) -> Int {
        self.instances.count { instances[$0] != nil || gone.contains($0) }
    }
}
