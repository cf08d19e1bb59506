internal import JobCore

// What EC2 lists, compared with what is recorded.
extension FleetController {
    mutating func note(
        _ list: [CloudInstance], templates: [CloudTemplate], began: Timestamp, _ plan: inout Plan, at now: Timestamp
    ) {
        hasListed = true
        var seen: Set<String> = []
        var byLaunch: [String: [String]] = [:]
        for instance in list where instance.tags[FleetTag.owner] == settings.owner {
            seen.insert(instance.id)
            if let launch = instance.tags[FleetTag.launch] { byLaunch[launch, default: []].append(instance.id) }
            if let known = instances[instance.id] {
                compare(known, with: instance, &plan, at: now)
            } else if !gone.contains(instance.id) {
                meet(instance, &plan, at: now)
            }
        }
        noteMissing(seen, began: began, &plan, at: now)
        settleByList(byLaunch, began: began, &plan, at: now)
        for template in templates {
            let isStray = OrphanRule.isStray(
                template, isOpen: { launches[$0]?.state == .intended }, grace: settings.orphanGrace, at: now)
            if isStray { plan.add(.removeTemplate(template.name)) }
        }
        orphans = orphans.filter { seen.contains($0.key) }
    }

    /// An instance that no record knows: adopted when its launch is known, else an orphan.
    private mutating func meet(_ instance: CloudInstance, _ plan: inout Plan, at now: Timestamp) {
        if let id = instance.tags[FleetTag.launch], let launch = launches[id] {
            record(instance.id, pool: instance.pool, of: launch, launchedAt: instance.launchedAt, &plan)
            launches[id]?.instances.append(instance.id)
            if let launch = launches[id] { plan.save(.launch(launch)) }
            plan.note("instance \(instance.id): adopted, launch \(id) had come so far")
            if let known = instances[instance.id] { compare(known, with: instance, &plan, at: now) }
            return
        }
        let grace = settings.orphanGrace
        switch OrphanRule.judge(instance, owner: settings.owner, grace: grace, at: now) {
        case .wait: break
        case .tag:
            // Tagging may be refused; seeing it in three sweeps is as good.
            orphans[instance.id, default: 0] += 1
            if orphans[instance.id, default: 0] > 3 {
                plan.alarm("instance \(instance.id): terminated, no record knows it and it cannot be tagged")
                plan.add(.terminate(instance.id))
            } else {
                plan.add(.tagOrphan(instance.id))
            }
        case .terminate(let why):
            plan.alarm("instance \(instance.id): terminated, \(why)")
            plan.add(.terminate(instance.id))
        }
    }

    /// Takes over what EC2 says of a known instance.
    private mutating func compare(
        _ known: FleetInstance, with cloud: CloudInstance, _ plan: inout Plan, at now: Timestamp
    ) {
        var instance = known
        watches[known.id, default: InstanceWatch()].missing = 0
        if instance.pool.zone.isEmpty { instance.pool = cloud.pool }
        if instance.spotRequest == nil { instance.spotRequest = cloud.spotRequest }
        switch cloud.state {
        case .pending, .running:
            if cloud.isMarked, instance.isUsable || instance.phase == .draining {
                doom(&instance, until: nil, &plan, at: now)
            }
        case .stopping, .stopped:
            if instance.phase != .terminating { end(&instance, .failed, &plan, at: now) }
        case .shuttingDown: noteEnding(&instance, cloud.reason, &plan, at: now)
        case .terminated:
            noteEnding(&instance, cloud.reason, &plan, at: now)
            instance.phase = .gone
        }
        if instance != known { update(instance, &plan) }
        if instance.phase == .gone { forget(instance, &plan) }
    }

    /// EC2 says that an instance ends: from now on it costs nothing.
    private mutating func noteEnding(
        _ instance: inout FleetInstance, _ reason: String?, _ plan: inout Plan, at now: Timestamp
    ) {
        if instance.endedAt == nil { instance.endedAt = now }
        instance.phase = .terminating
        let ending = Self.ending(reason)
        if ending == .interrupted {
            if instance.ending != .interrupted { noteInterruption(of: instance, at: now) }
            instance.ending = .interrupted
        } else if instance.ending == nil || (instance.ending == .interrupted && ending == .finished) {
            instance.ending = ending ?? .finished
        }
    }

    /// What EC2's code for a state says.
    static func ending(_ reason: String?) -> FleetInstance.Ending? {
        switch reason {
        case "Server.SpotInstanceTermination", "Server.SpotInstanceShutdown": .interrupted
        case "Client.InstanceInitiatedShutdown": .finished
        case "Client.UserInitiatedShutdown": .terminated
        case let reason? where reason.hasPrefix("Server."): .failed
        case let reason? where reason.hasPrefix("Client."): .failed
        default: nil
        }
    }

    /// EC2 takes an instance back: its pool is avoided, and what it runs is work for others.
    mutating func doom(
        _ instance: inout FleetInstance, until time: Timestamp?, _ plan: inout Plan, at now: Timestamp
    ) {
        instance.phase = .doomed
        instance.noticeTime = time ?? now + .seconds(120)
        instance.ending = .interrupted
        noteInterruption(of: instance, at: now)
        plan.note("instance \(instance.id): EC2 takes it back at \(instance.noticeTime ?? now)")
    }

    private mutating func noteInterruption(of instance: FleetInstance, at now: Timestamp) {
        memory.avoid(instance.pool, at: now)
        moods[instance.fleet, default: FleetMood()].interruptions.append(now)
    }

    /// Instances that EC2 does not know are gone when two lists in a row lack them that can be no longer late.
    private mutating func noteMissing(
        _ seen: Set<String>, began: Timestamp, _ plan: inout Plan, at now: Timestamp
    ) {
        for id in roster where !seen.contains(id) {
            guard var instance = instances[id], began - instance.launchedAt > settings.appearance else { continue }
            var watch = watches[id] ?? InstanceWatch()
            watch.missing += 1
            watches[id] = watch
            guard watch.missing >= 2 else { continue }
            if instance.endedAt == nil { instance.endedAt = now }
            if instance.ending == nil { instance.ending = .vanished }
            instance.phase = .gone
            update(instance, &plan)
            forget(instance, &plan)
        }
    }

    /// What follows when an instance is gone.
    private mutating func forget(_ instance: FleetInstance, _ plan: inout Plan) {
        let id = instance.id
        instances[id] = nil
        watches[id] = nil
        gone.insert(id)
        roster.removeAll { $0 == id }
        plan.add(.revoke(worker: instance.worker, launch: nil))
        if let request = instance.spotRequest { plan.add(.cancelSpotRequest(request)) }
        plan.note("instance \(id): gone, \(instance.ending?.rawValue ?? "for no known reason")")
    }
}
