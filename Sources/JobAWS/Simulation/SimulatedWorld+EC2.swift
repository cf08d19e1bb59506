internal import JobCore

// EC2: capacity, prices, instances, and what goes wrong with them.
extension SimulatedWorld {
    /// Instances that are not ours and must not be touched.
    var strangers: Int { 2 }

    mutating func openMarket() {
        for type in spec.instanceTypes {
            for (number, _) in spec.subnets.enumerated() {
                let pool = CapacityPool(type: type, zone: "z\(number)", lifecycle: .spot)
                pools.append(pool)
                let price = (spec.onDemandPrices[type] ?? 0.1) * (0.28 + 0.1 * random.unit())
                prices[pool] = price
                history[pool] = PriceSeries([PriceSeries.Step(time: start, price: price)])
            }
        }
    }

    func market() -> FleetMarket {
        var market = FleetMarket(images: [.arm64: "ami-arm", .x86_64: "ami-x86"], types: [:], zones: [:], readAt: now)
        for type in spec.instanceTypes {
            let isARM = type.contains("g.")
            market.types[type] = FleetMarket.InstanceType(
                vcpus: 2, memory: 8_192, architecture: isARM ? .arm64 : .x86_64)
        }
        for (number, subnet) in spec.subnets.enumerated() { market.zones[subnet] = "z\(number)" }
        market.spotPrices = history
        return market
    }

    mutating func movePrices() throws {
        for at in alive { count(at) }
        for pool in pools where random.chance(0.2) {
            let most = (spec.onDemandPrices[pool.type] ?? 0.1) * 0.5
            let price = min(most, max(most * 0.3, (prices[pool] ?? most) * (0.93 + 0.14 * random.unit())))
            prices[pool] = price
            history[pool]?.append(PriceSeries.Step(time: now, price: price))
            history[pool] = history[pool]?.since(now - .seconds(6 * 3_600))
        }
        if controller != nil { try tell(.market(fleet: spec.name, market())) }
    }

    /// One instance of another owner, one without tags, and one of ours that nobody knows.
    mutating func plantStrangers() {
        let pool = CapacityPool(type: "x", zone: "z0", lifecycle: .onDemand)
        for owner in ["another", "", Self.owner] {
            _ = add(pool: pool, launch: "", owner: owner, at: start - .seconds(7_200))
        }
    }

    mutating func add(pool: CapacityPool, launch: String, owner: String, at time: Timestamp) -> Int {
        let at = instances.count
        let id = "i-\(at)"
        instances.append(
            SimulatedInstance(
                id: id, pool: pool, launch: launch, launchedAt: time, vcpus: launch.isEmpty ? 0 : 2, slots: spec.slots,
                owner: owner, visibleAt: launch.isEmpty ? time : time + random.seconds(0...20), countedUntil: time))
        index[id] = at
        listed.append(at)
        alive.append(at)
        existing += 1
        vcpus += instances[at].vcpus
        return at
    }

    /// What `CreateFleet` does: the same token gives the same answer.
    mutating func call(_ launch: LaunchRecord) throws {
        let answerAt = now + random.seconds(1...5)
        if random.chance(configuration.faultChance) {
            return agenda.add(.answer(launch.id, .unknown("never arrived"), epoch: epoch), at: answerAt)
        }
        if random.chance(configuration.faultChance) {
            let refusal = LaunchRefusal(.throttled, code: "RequestLimitExceeded", message: "")
            return agenda.add(.answer(launch.id, .refused(refusal), epoch: epoch), at: answerAt)
        }
        let outcome = try answers[launch.clientToken] ?? fulfil(launch)
        answers[launch.clientToken] = outcome
        let isLost = random.chance(configuration.faultChance)
        agenda.add(.answer(launch.id, isLost ? .unknown("answer lost") : outcome, epoch: epoch), at: answerAt)
    }

    private mutating func fulfil(_ launch: LaunchRecord) throws -> LaunchOutcome {
        var given: [LaunchedInstance] = []
        var refusals: [LaunchRefusal] = []
        var open: [LaunchRecord.Candidate] = []
        for candidate in launch.candidates {
            if let until = dryUntil[candidate.pool], now < until {
                refusals.append(
                    LaunchRefusal(.capacity, code: "InsufficientInstanceCapacity", message: "", pool: candidate.pool))
            } else {
                open.append(candidate)
            }
        }
        guard !open.isEmpty else {
            report.emptyLaunches += 1
            return .answered([], refusals: refusals)
        }
        for _ in 0..<launch.count {
            // Among the cheapest, as price-capacity-optimized does.
            let candidate = open[Int(random.next() % UInt64(min(3, open.count)))]
            given.append(LaunchedInstance(id: try launchOne(candidate, launch), pool: candidate.pool))
        }
        return .answered(given, refusals: refusals)
    }

    private mutating func launchOne(_ candidate: LaunchRecord.Candidate, _ launch: LaunchRecord) throws -> String {
        let at = add(pool: candidate.pool, launch: launch.id, owner: Self.owner, at: now)
        instances[at].tags[FleetTag.expires] = launch.tags[FleetTag.expires]
        report.instances += 1
        let faults = configuration.faultChance
        if !random.chance(faults) { agenda.add(.boot(at), at: now + random.seconds(35...90)) }
        if random.chance(faults) { instances[at].isStuck = true }
        if random.chance(faults) { instances[at].refusals = Int(random.next() % 4) + 1 }
        if random.chance(faults) { agenda.add(.silence(at), at: now + random.seconds(100...4_000)) }
        if candidate.pool.lifecycle == .spot {
            agenda.add(.notice(at), at: now + random.exponential(configuration.interruptionInterval))
        }
        try checkBudget()
        return instances[at].id
    }

    /// EC2 announces that it takes an instance back; not every agent hears of it, and not every end comes.
    mutating func noticed(_ at: Int) throws {
        guard instances[at].exists, !instances[at].isMarked else { return }
        if random.chance(0.15) { return agenda.add(.reclaim(at), at: now + random.seconds(0...5)) }
        instances[at].isMarked = true
        let end = now + .seconds(120)
        if !random.chance(0.03) { agenda.add(.reclaim(at), at: end) }
        guard instances[at].isWorking, !instances[at].isSilent else { return }
        instances[at].notice = WorkerNotice(.interruption, at: end)
        try interruptJobs(on: at)
    }

    mutating func reclaim(_ at: Int) {
        guard instances[at].exists else { return }
        report.interruptions += 1
        end(at, reason: "Server.SpotInstanceTermination")
    }

    /// Capacity runs out: of one pool, or now and then of all.
    mutating func drought() {
        let one = pools[Int(random.next() % UInt64(pools.count))]
        let isWide = random.chance(0.2)
        let end = now + random.seconds(600...(isWide ? 1_800 : 7_200))
        for pool in isWide ? pools : [one] { dryUntil[pool] = max(dryUntil[pool] ?? end, end) }
        for at in alive where (isWide || instances[at].pool == one) && !instances[at].launch.isEmpty {
            if instances[at].pool.lifecycle == .spot, random.chance(isWide ? 0.1 : 0.5) {
                agenda.add(.notice(at), at: now + random.seconds(0...600))
            }
        }
    }

    mutating func silence(_ at: Int) {
        guard instances[at].exists, instances[at].isWorking, !instances[at].isSilent else { return }
        instances[at].isSilent = true
        instances[at].silentSince = now
        loseJobs(of: at)
        // An agent that cannot reach the server ends by itself after a while.
        agenda.add(.giveUp(at), at: now + spec.lostTimeout * (random.chance(0.5) ? 0.9 : 3))
    }

    mutating func idle(_ at: Int, since: Timestamp) {
        guard instances[at].exists, instances[at].idleSince == since, instances[at].jobs.isEmpty else { return }
        if spec.minimum == 0 { stopWorker(at) }
    }

    mutating func drain(_ worker: String) {
        guard let id = FleetWorker.instance(ofWorker: worker), let at = index[id], instances[at].isWorking else {
            return
        }
        instances[at].isDraining = true
        if instances[at].jobs.isEmpty { stopWorker(at) }
    }

    /// The agent ends, and its script powers the instance off.
    mutating func stopWorker(_ at: Int) {
        guard instances[at].exists, instances[at].isWorking else { return }
        if !instances[at].jobs.isEmpty, !instances[at].isSilent { return }
        instances[at].isWorking = false
        if !instances[at].isStuck { agenda.add(.off(at), at: now + random.seconds(3...15)) }
        signal()
    }

    mutating func powerOff(_ at: Int) {
        if instances[at].exists { end(at, reason: "Client.InstanceInitiatedShutdown") }
    }

    mutating func terminate(_ id: String) throws {
        guard let at = index[id] else { return }
        guard instances[at].owner == Self.owner else { throw violation("\(id) is not ours and was terminated") }
        guard instances[at].exists else { return }
        if instances[at].refusals > 0 {
            instances[at].refusals -= 1
            return try tell(.notTerminated(id, message: "refused"))
        }
        end(at, reason: "Client.UserInitiatedShutdown")
    }

    /// An instance ends, with whatever runs on it.
    private mutating func end(_ at: Int, reason: String) {
        loseJobs(of: at)
        count(at)
        instances[at].jobs = []
        instances[at].isWorking = false
        instances[at].state = .shuttingDown
        instances[at].reason = reason
        instances[at].endedAt = now
        alive.removeAll { $0 == at }
        existing -= 1
        vcpus -= instances[at].vcpus
        agenda.add(.terminated(at), at: now + random.seconds(5...40))
        guard instances[at].launch != "" else { return }
        let lived = now - instances[at].launchedAt
        let isFree = reason == "Server.SpotInstanceTermination" && lived < .seconds(3_600)
        if !isFree { report.dollars += instances[at].dollars }
        report.onDemandDollars += (spec.onDemandPrices[instances[at].pool.type] ?? 0) * lived.inSeconds / 3_600
    }

    mutating func terminated(_ at: Int) { instances[at].state = .terminated }

    /// Adds up what an instance has cost at the price that holds until now.
    mutating func count(_ at: Int) {
        let pool = instances[at].pool
        let price = pool.lifecycle == .spot ? prices[pool] : spec.onDemandPrices[pool.type]
        instances[at].dollars += (price ?? 0) * (now - instances[at].countedUntil).inSeconds / 3_600
        instances[at].countedUntil = now
    }

    mutating func sweep() {
        guard controller != nil else { return }
        listed.removeAll { at in instances[at].endedAt.map { now - $0 > .seconds(3_600) } ?? false }
        let list = listed.filter { instances[$0].owner == Self.owner && instances[$0].visibleAt <= now }
            .map { instances[$0].cloud }
        agenda.add(.listed(list, began: now, epoch: epoch), at: now + random.seconds(0.2...3))
    }

    func oldTemplates() -> [CloudTemplate] {
        templates.values.sorted { $0.name < $1.name }
    }
}
