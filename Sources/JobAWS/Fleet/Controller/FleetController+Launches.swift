internal import JobCore

// Launches: intent, call, answer; and what is done when one of these is missing.
extension FleetController {
    /// Writes down a launch and has it made.
    mutating func start(_ launch: LaunchRecord, _ plan: inout Plan, at now: Timestamp) {
        launches[launch.id] = launch
        open.append(launch.id)
        calls[launch.id] = LaunchCall(isRunning: true, tries: 1, lastCall: now)
        plan.save(.launch(launch))
        plan.add(.launch(launch))
        plan.note(
            "fleet \(launch.fleet): launch \(launch.id) of \(launch.count) \(launch.lifecycle.rawValue) instances")
    }

    mutating func note(_ outcome: LaunchOutcome, of id: String, _ plan: inout Plan, at now: Timestamp) {
        guard let launch = launches[id] else { return }
        calls[id]?.isRunning = false
        switch outcome {
        case .answered(let given, let refusals):
            for instance in given { adopt(instance, of: launch, &plan, at: now) }
            settle(id, given.map(\.id), refusals, &plan, at: now)
        case .nothing: settle(id, [], [], &plan, at: now)
        case .refused(let refusal) where calls[id]?.isRepeated == true && !refusal.isVerdict:
            // What EC2 said before it looked at the token says nothing of the call before.
            askAgain(id, refusal.code, &plan, at: now)
        case .refused(let refusal): settle(id, [], [refusal], &plan, at: now)
        case .known:
            // The list will show what there is; nothing else can be learnt by asking again.
            calls[id]?.retryAt = nil
            calls[id]?.isKnown = true
        case .unknown(let message): askAgain(id, message, &plan, at: now)
        }
    }

    private mutating func askAgain(_ id: String, _ message: String, _ plan: inout Plan, at now: Timestamp) {
        var call = calls[id] ?? LaunchCall(lastCall: now)
        call.retryAt = now + min(.seconds(60), .seconds(2 << min(call.tries, 5)))
        calls[id] = call
        plan.note("launch \(id): nobody knows its outcome, asking again: \(message)")
    }

    /// Records the outcome of a launch and what is learnt from it.
    mutating func settle(
        _ id: String, _ given: [String], _ refusals: [LaunchRefusal], _ plan: inout Plan, at now: Timestamp
    ) {
        guard var launch = launches[id] else { return }
        calls[id] = nil
        let wasOpen = launch.state == .intended
        launch.state = .settled
        launch.settledAt = now
        for instance in given where !launch.instances.contains(instance) { launch.instances.append(instance) }
        launch.message = String(Self.summary(refusals).prefix(1_000))
        launches[id] = launch
        open.removeAll { $0 == id }
        plan.save(.launch(launch))
        plan.add(.removeTemplate(launch.templateName))
        if launch.instances.isEmpty { plan.add(.revoke(worker: nil, launch: id)) }
        if wasOpen { learn(from: launch, refusals, &plan, at: now) }
    }

    private mutating func learn(
        from launch: LaunchRecord, _ refusals: [LaunchRefusal], _ plan: inout Plan, at now: Timestamp
    ) {
        var mood = moods[launch.fleet] ?? FleetMood()
        for refusal in refusals where refusal.kind == .capacity {
            if let pool = refusal.pool {
                memory.avoid(pool, at: now)
            } else if launch.instances.isEmpty {
                for candidate in launch.candidates { memory.avoid(candidate.pool, at: now) }
            }
        }
        let kinds = Set(refusals.map(\.kind))
        if launch.instances.isEmpty {
            mood.misses += 1
            mood.notBefore = now + min(.seconds(60), .seconds(1 << min(mood.misses - 1, 6)))
            plan.note("launch \(launch.id) gave nothing: \(launch.message)")
        } else {
            mood.misses = 0
            mood.waitingSince = nil
            mood.notBefore = nil
            mood.fault = nil
        }
        if kinds.contains(.throttled) {
            mood.notBefore = now + min(.seconds(120), .seconds(5 << min(mood.misses, 5)))
        }
        if kinds.contains(.quota) {
            if launch.lifecycle == .spot {
                mood.noSpotBefore = now + .seconds(300)
            } else {
                mood.notBefore = now + .seconds(300)
            }
            plan.alarm("fleet \(launch.fleet): the account's quota is used up: \(launch.message)")
        }
        if kinds.contains(.configuration), launch.instances.isEmpty {
            mood.fault = launch.message
            mood.notBefore = now + .seconds(300)
            plan.alarm("fleet \(launch.fleet) cannot launch until somebody mends it: \(launch.message)")
        }
        moods[launch.fleet] = mood
    }

    private static func summary(_ refusals: [LaunchRefusal]) -> String {
        var seen: [String] = []
        for refusal in refusals {
            let place = refusal.pool.map { " (\($0))" } ?? ""
            let text = "\(refusal.code)\(place): \(refusal.message)"
            if !seen.contains(text), seen.count < 5 { seen.append(text) }
        }
        return seen.joined(separator: "; ")
    }

    /// Records an instance that EC2's answer names.
    private mutating func adopt(
        _ given: LaunchedInstance, of launch: LaunchRecord, _ plan: inout Plan, at now: Timestamp
    ) {
        guard instances[given.id] == nil, !gone.contains(given.id) else { return }
        var pool = given.pool
        if pool.zone.isEmpty {
            pool.zone = launch.candidates.first { $0.subnet == given.subnet }?.pool.zone ?? ""
        }
        record(given.id, pool: pool, of: launch, launchedAt: now, &plan)
    }

    /// Records a new instance of a launch.
    mutating func record(
        _ id: String, pool: CapacityPool, of launch: LaunchRecord, launchedAt: Timestamp, _ plan: inout Plan
    ) {
        let spec = fleets[launch.fleet]?.spec
        let market = markets[launch.fleet]
        let onDemand = spec?.onDemandPrices[pool.type]
        var instance = FleetInstance(
            id: id, fleet: launch.fleet, launch: launch.id, pool: pool,
            vcpus: market?.types[pool.type]?.vcpus ?? launch.vcpus, slots: spec?.slots ?? 1, launchedAt: launchedAt,
            onDemandPrice: onDemand)
        if pool.lifecycle == .onDemand {
            instance.prices = onDemand.map { PriceSeries(constant: $0) } ?? PriceSeries()
        } else if let market {
            instance.follow(market)
        }
        if instance.prices.steps.isEmpty, let price = onDemand ?? launch.price {
            instance.prices = PriceSeries([PriceSeries.Step(time: launchedAt, price: price)])
        }
        add(instance)
        plan.save(.instance(instance))
    }

    /// Asks for the outcomes that nobody waits for: after a restart, and after an answer was lost.
    mutating func resumeLaunches(_ plan: inout Plan, at now: Timestamp) {
        for id in open {
            guard let launch = launches[id] else { continue }
            var call = calls[id] ?? LaunchCall(retryAt: now, lastCall: launch.createdAt)
            if call.isRunning { continue }
            guard let retryAt = call.retryAt, now - launch.createdAt < settings.resumeLimit else { continue }
            if retryAt <= now {
                call.isRunning = true
                call.isRepeated = true
                call.retryAt = nil
                call.tries += 1
                call.lastCall = now
                plan.add(.resume(launch))
            }
            calls[id] = call
        }
    }

    /// Settles open launches by a complete list.
    mutating func settleByList(_ found: [String: [String]], began: Timestamp, _ plan: inout Plan, at now: Timestamp) {
        for id in open {
            guard let launch = launches[id], calls[id]?.isRunning != true else { continue }
            let here = found[id] ?? []
            // Fewer than wanted may be a list that is late, and those that it lacks must not be forgotten.
            let isHopeless = calls[id]?.isKnown == true || now - launch.createdAt >= settings.resumeLimit
            let lastCall = calls[id]?.lastCall ?? launch.createdAt
            if here.count >= launch.count || (isHopeless && began - lastCall > settings.appearance) {
                settle(id, here, [], &plan, at: now)
            }
        }
    }
}

extension LaunchRefusal {
    /// Whether it was decided by what EC2 has, so that nothing was launched under the same token before.
    fileprivate var isVerdict: Bool { kind == .capacity || kind == .quota }
}
