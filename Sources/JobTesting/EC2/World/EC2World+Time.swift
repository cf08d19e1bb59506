internal import JobCore

extension EC2World {
    /// Lets happen what was due until then, in its order and each at its time.
    mutating func advance(to time: Timestamp) {
        while let next = schedule.first, next.at <= time {
            schedule.removeFirst()
            // A clock that was set back does not make what has happened unhappened.
            now = max(now, next.at)
            happen(next.event, to: next.instance)
        }
        now = max(now, time)
    }

    private mutating func happen(_ event: Event, to id: String) {
        guard var instance = instances[id] else { return }
        switch event {
        case .runs:
            guard instance.state == .pending else { return }
            instance.state = .running
            instance.runningAt = now
            instances[id] = instance
            if !has(.neverBoots, instance) { actions.append(.boot(id)) }
        case .notice(let action, let ends):
            guard instance.isAlive else { return }
            warn(id, action: action, in: configuration.noticePeriod, ends: ends)
        case .rebalance:
            guard instance.isAlive else { return }
            notices[id, default: InstanceNotice()].rebalanceAt = now
        case .dies(let reason, let interrupted):
            guard instance.isAlive else { return }
            end(id, reason: reason, interrupted: interrupted)
        case .ends:
            guard instance.state == .shuttingDown else { return }
            instances[id]?.state = .terminated
            release(id)
            after(configuration.memory, .forgotten, of: id)
        case .stops:
            guard instance.state == .stopping else { return }
            instances[id]?.state = .stopped
        case .closesRequest:
            guard let request = instance.spotRequestID, requests[request]?.state == "active" else { return }
            requests[request]?.state = "closed"
        case .forgotten:
            instances[id] = nil
            launchOrder.removeAll { $0 == id }
            notices[id] = nil
            if let request = instance.spotRequestID { requests[request] = nil }
        }
    }

    /// Announces that EC2 takes an instance back, and takes it back when the time is over.
    mutating func warn(_ id: String, action: String, in delay: Duration, ends: Bool) {
        guard let instance = instances[id], instance.isAlive else { return }
        notices[id, default: InstanceNotice()].action = action
        notices[id]?.at = now + delay
        instances[id]?.interruptedAt = now + delay
        if let request = instance.spotRequestID {
            // The request says so at the notice, while the instance still runs.
            requests[request]?.code = "instance-terminated-no-capacity"
            requests[request]?.message = "Your Spot instance was terminated because there is no capacity."
        }
        if ends { after(delay, .dies(.spot, interrupted: true), of: id) }
    }

    /// Begins to end an instance, whoever wants it.
    mutating func end(_ id: String, reason: FakeEC2.Instance.Reason, interrupted: Bool = false) {
        guard let instance = instances[id],
            instance.isAlive || instance.state == .stopped || instance.state == .stopping
        else { return }
        instances[id]?.state = .shuttingDown
        instances[id]?.reason = reason
        // What was stopped has ended being paid for already.
        if instance.endedAt == nil { instances[id]?.endedAt = now }
        instances[id]?.wasInterrupted = interrupted
        actions.append(.kill(id))
        if let request = instance.spotRequestID {
            if interrupted {
                requests[request]?.code = "instance-terminated-no-capacity"
            } else {
                requests[request]?.code = "instance-terminated-by-user"
            }
            after(configuration.spotRequestLag, .closesRequest, of: id)
        }
        if !has(.neverEnds, instance) { after(configuration.shutdownDelay, .ends, of: id) }
    }

    /// The machine switches itself off.
    mutating func powerOff(_ id: String) {
        guard let instance = instances[id], instance.state == .running, !has(.ignoresPowerOff, instance),
            !has(.neverBoots, instance)
        else { return }
        guard !instance.terminatesOnShutdown else { return end(id, reason: .shutdown) }
        instances[id]?.state = .stopping
        instances[id]?.reason = .shutdown
        instances[id]?.endedAt = now
        actions.append(.kill(id))
        after(configuration.shutdownDelay, .stops, of: id)
    }

    /// Deletes the volumes that go with an instance, and sets the others free.
    private mutating func release(_ id: String) {
        for volume in instances[id]?.volumeIDs ?? [] {
            if volumes[volume]?.deletesOnTermination == true {
                volumes[volume] = nil
            } else {
                volumes[volume]?.state = "available"
            }
        }
    }

    func has(_ effect: FakeEC2.InstanceFault.Effect, _ instance: FakeEC2.Instance) -> Bool {
        plan.instances.contains { $0.effect == effect && $0.concerns(instance) }
    }
}

extension FakeEC2.Instance.Reason {
    static let spot = Self(
        code: "Server.SpotInstanceTermination", message: "Server.SpotInstanceTermination: Spot instance termination")
    static let user = Self(
        code: "Client.UserInitiatedShutdown", message: "Client.UserInitiatedShutdown: User initiated shutdown")
    static let shutdown = Self(
        code: "Client.InstanceInitiatedShutdown",
        message: "Client.InstanceInitiatedShutdown: Instance initiated shutdown")
    static let failure = Self(
        code: "Server.InternalError", message: "Server.InternalError: Internal error on launch")
}
