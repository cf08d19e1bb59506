internal import JobCore

// The life of each instance, from what its worker says and from what it should have said by now.
extension FleetController {
    mutating func note(_ observation: FleetObservation, _ plan: inout Plan, at now: Timestamp) {
        self.observation = observation
        workers = [:]
        for worker in observation.workers {
            if let id = FleetWorker.instance(ofWorker: worker.name) { workers[id] = worker }
        }
        for id in roster {
            guard let known = instances[id] else { continue }
            var instance = known
            listen(to: &instance, &plan, at: now)
            if instance != known { update(instance, &plan) }
        }
    }

    private mutating func listen(to instance: inout FleetInstance, _ plan: inout Plan, at now: Timestamp) {
        var watch = watches[instance.id] ?? InstanceWatch()
        defer { watches[instance.id] = watch }
        guard let worker = workers[instance.id] else {
            watch.idleSince = nil
            watch.freeSince = nil
            // It may have come and gone between two looks.
            if instance.phase == .booting, let enrolled = observation?.enrolled[instance.id],
                now - enrolled > settings.firstReport
            {
                instance.phase = .working
                instance.workingSince = enrolled
            }
            if instance.workingSince != nil, watch.endedSince == nil { watch.endedSince = now }
            return
        }
        watch.endedSince = nil
        if instance.workingSince == nil { instance.workingSince = now }
        if instance.phase == .booting { instance.phase = .working }
        if worker.jobs > 0 { watch.hasWorked = true }
        watch.idleSince = worker.jobs == 0 ? watch.idleSince ?? now : nil
        let isFree = worker.jobs < worker.slots && !worker.isDraining
        watch.freeSince = isFree ? watch.freeSince ?? now : nil
        switch worker.notice?.kind {
        case .interruption where instance.isUsable || instance.phase == .draining:
            doom(&instance, until: worker.notice?.time, &plan, at: now)
        case .rebalance where instance.isUsable, .maintenance where instance.isUsable:
            memory.avoid(instance.pool, at: now)
            drain(&instance, .replaced, &plan)
        default:
            if worker.isDraining, instance.phase == .working { instance.phase = .draining }
        }
    }

    /// What is overdue.
    mutating func watchInstances(_ plan: inout Plan, at now: Timestamp) {
        for id in roster {
            guard let known = instances[id] else { continue }
            var instance = known
            judge(&instance, &plan, at: now)
            if instance != known { update(instance, &plan) }
        }
    }

    private mutating func judge(_ instance: inout FleetInstance, _ plan: inout Plan, at now: Timestamp) {
        let fleet = fleets[instance.fleet]
        let lifetime = fleet?.spec.maxLifetime ?? .seconds(86_400)
        let age = now - instance.launchedAt
        switch instance.phase {
        case .gone: return
        case .terminating: return repeatTermination(of: instance, &plan, at: now)
        case .doomed:
            if let time = instance.noticeTime, now - time > settings.noticeGrace {
                end(&instance, .stuck, &plan, at: now)
            }
            return
        case .booting:
            // The server itself may have been away while the instance booted.
            let since = max(instance.launchedAt, startedAt)
            if now - since > fleet?.spec.bootTimeout ?? .seconds(600) {
                plan.alarm("instance \(instance.id): terminated, its worker never reported")
                return end(&instance, .neverEnrolled, &plan, at: now)
            }
        case .working, .draining: break
        }
        if age > lifetime { return end(&instance, .expired, &plan, at: now) }
        if let ended = watches[instance.id]?.endedSince, now - max(ended, startedAt) > settings.stopGrace {
            return end(&instance, instance.ending ?? .stuck, &plan, at: now)
        }
        if let worker = workers[instance.id],
            now - max(worker.lastSeen, startedAt) > fleet?.spec.lostTimeout ?? .seconds(600)
        {
            plan.alarm("instance \(instance.id): terminated, its worker has said nothing since \(worker.lastSeen)")
            return end(&instance, .lost, &plan, at: now)
        }
        if instance.phase == .draining { return repeatDrain(of: instance, &plan, at: now) }
        if fleet?.isDrained ?? true {
            retire(&instance, .scaledDown, &plan, at: now)
        } else if age > lifetime - min(lifetime * 0.25, .seconds(3_600)) {
            retire(&instance, .expired, &plan, at: now)
        }
    }

    /// Lets an instance end: at once when its worker has not begun, else when what it runs has finished.
    mutating func retire(
        _ instance: inout FleetInstance, _ ending: FleetInstance.Ending, _ plan: inout Plan, at now: Timestamp
    ) {
        if instance.workingSince == nil {
            end(&instance, ending, &plan, at: now)
        } else {
            drain(&instance, ending, &plan)
        }
    }

    mutating func drain(_ instance: inout FleetInstance, _ ending: FleetInstance.Ending, _ plan: inout Plan) {
        instance.phase = .draining
        instance.ending = ending
        plan.add(.drain(worker: instance.worker))
    }

    private mutating func repeatDrain(of instance: FleetInstance, _ plan: inout Plan, at now: Timestamp) {
        guard let worker = workers[instance.id], !worker.isDraining else { return }
        var watch = watches[instance.id] ?? InstanceWatch()
        if watch.repeatAt.map({ $0 <= now }) ?? false { plan.add(.drain(worker: instance.worker)) }
        if watch.repeatAt.map({ $0 <= now }) ?? true { watch.repeatAt = now + .seconds(60) }
        watches[instance.id] = watch
    }

    /// Has an instance terminated; it is gone when EC2 says so.
    mutating func end(
        _ instance: inout FleetInstance, _ ending: FleetInstance.Ending, _ plan: inout Plan, at now: Timestamp
    ) {
        instance.phase = .terminating
        instance.ending = ending
        watches[instance.id, default: InstanceWatch()].repeatAt = now + .seconds(30)
        watches[instance.id]?.tries = 1
        plan.add(.terminate(instance.id))
        plan.note("instance \(instance.id): terminated, \(ending.rawValue)")
    }

    /// Asks again while EC2 has not said that an instance ends.
    private mutating func repeatTermination(of instance: FleetInstance, _ plan: inout Plan, at now: Timestamp) {
        guard instance.endedAt == nil else { return }
        var watch = watches[instance.id] ?? InstanceWatch()
        guard watch.repeatAt.map({ $0 <= now }) ?? true else { return }
        watch.tries += 1
        watch.repeatAt = now + min(.seconds(300), .seconds(30 << min(watch.tries - 1, 4)))
        watches[instance.id] = watch
        plan.add(.terminate(instance.id))
        if watch.tries > 3 {
            plan.alarm("instance \(instance.id): still there after \(watch.tries - 1) calls to terminate it")
        }
    }

    mutating func noteNotTerminated(_ id: String, _ message: String, _ plan: inout Plan, at now: Timestamp) {
        plan.alarm("instance \(id) cannot be terminated and goes on costing: \(message)")
    }
}
