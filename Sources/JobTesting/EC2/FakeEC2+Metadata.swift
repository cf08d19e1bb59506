internal import JobCore

extension FakeEC2 {
    /// The metadata service of an instance, which knows of its interruption and its end; always the same one.
    ///
    /// It can be driven and broken by itself, too.
    ///
    /// - Returns: nil when there is no instance with that id.
    public func metadata(of id: Instance.ID) -> FakeIMDS? {
        guard let instance = self[id] else { return nil }
        let faults = self.faults.instances.compactMap { fault -> FakeIMDS.Fault? in
            guard case .metadata(let trouble) = fault.effect, fault.concerns(instance) else { return nil }
            return trouble
        }
        return metadataServices.update { services in
            if let known = services[id] { return known }
            let service = FakeIMDS(self.identity(of: instance), time: self.time, seed: UInt64(instance.ordinal)) {
                [weak self] state in
                self?.bring(&state, of: id)
            }
            for fault in faults { service.inject(fault) }
            services[id] = service
            return service
        }
    }

    private func bring(_ state: inout MetadataState, of id: Instance.ID) {
        let (instance, notice) = change { ($0.instances[id], $0.notices[id]) }
        state.isAlive = instance?.state == .running
        if state.identity.tags != nil { state.identity.tags = instance?.tags ?? [:] }
        if let action = notice?.action, let at = notice?.at, state.interruption == nil {
            state.interruption = .init(action: action, at: at)
        }
        if let at = notice?.rebalanceAt { state.rebalancedAt = at }
    }

    private func identity(of instance: Instance) -> FakeIMDS.Identity {
        var identity = FakeIMDS.Identity()
        identity.instanceID = instance.id
        identity.instanceType = instance.pool.type
        identity.architecture = configuration.images[instance.imageID] ?? "x86_64"
        identity.lifecycle = instance.pool.lifecycle
        identity.imageID = instance.imageID
        identity.region = configuration.region
        identity.zone = instance.pool.zone
        identity.accountID = configuration.accountID
        identity.privateAddress = instance.privateAddress
        identity.publicAddress = instance.publicAddress
        identity.tags = instance.showsTags ? instance.tags : nil
        identity.userData = instance.userData.isEmpty ? nil : instance.userData
        identity.role = instance.instanceProfile.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        identity.requiresTokens = instance.requiresTokens
        identity.hopLimit = instance.hopLimit
        identity.launchedAt = instance.launchedAt
        return identity
    }
}
