internal import JobCore

/// The cloud of fleets on EC2.
public struct EC2Cloud: FleetCloud {
    let ec2: EC2Client
    let ssm: SSMClient
    let time: TimeSource

    /// Makes a cloud of one Region, with the client's clock.
    public init(_ client: AWSClient) {
        ec2 = EC2Client(client)
        ssm = SSMClient(client)
        time = client.time
    }

    /// The instances with the owner's tag; see ``FleetCloud``.
    public func instances(owner: String) async throws -> [CloudInstance] {
        let found = try await ec2.describeInstances(filters: [.tag(FleetTag.owner, owner)])
        // Only to hear earlier of interruptions: the list is worth as much without it.
        let requests = try? await ec2.describeSpotInstanceRequests(filters: [.tag(FleetTag.owner, owner)])
        let marked = Set((requests ?? []).filter(\.isInterrupted).compactMap(\.instanceID))
        return found.map { CloudInstance($0, isMarked: marked.contains($0.id)) }
    }

    /// The launch templates with the owner's tag; see ``FleetCloud``.
    public func templates(owner: String) async throws -> [CloudTemplate] {
        let now = time.now
        return try await ec2.describeLaunchTemplates(filters: [.tag(FleetTag.owner, owner)]).map {
            CloudTemplate(name: $0.name, launch: $0.tags[FleetTag.launch], createdAt: $0.createdAt ?? now)
        }
    }

    /// Deletes a launch template; see ``FleetCloud``.
    public func removeTemplate(_ name: String) async throws {
        do {
            try await ec2.deleteLaunchTemplate(.named(name))
        } catch let error as AWSError where error.category == .notFound {}
    }

    /// Terminates an instance; see ``FleetCloud``.
    public func terminate(_ instance: String) async throws {
        do {
            try await ec2.terminateInstances([instance])
        } catch let error as AWSError where error.category == .notFound {}
    }

    /// Tags an instance; see ``FleetCloud``.
    public func tag(_ instance: String, _ tags: [String: String]) async throws {
        try await ec2.createTags(tags, on: [instance])
    }

    /// Closes a spot request; see ``FleetCloud``.
    public func cancelSpotRequest(_ request: String) async throws {
        do {
            try await ec2.cancelSpotInstanceRequests([request])
        } catch let error as AWSError where error.category == .notFound {}
    }
}

extension CloudInstance {
    init(_ instance: EC2Instance, isMarked: Bool) {
        let pool = CapacityPool(
            type: instance.type, zone: instance.availabilityZone, lifecycle: CapacityPool.Lifecycle(instance.lifecycle))
        self.init(
            id: instance.id, state: State(instance.state), pool: pool, subnet: instance.subnetID,
            launchedAt: instance.launchTime, reason: instance.stateReasonCode,
            spotRequest: instance.spotInstanceRequestID, isMarked: isMarked, tags: instance.tags)
    }
}

extension CloudInstance.State {
    init(_ state: EC2InstanceState) {
        self =
            switch state {
            case .pending: .pending
            case .running: .running
            case .shuttingDown: .shuttingDown
            case .terminated: .terminated
            case .stopping: .stopping
            case .stopped: .stopped
            }
    }
}

extension CapacityPool.Lifecycle {
    init(_ lifecycle: InstanceLifecycle) {
        self = lifecycle == .spot ? .spot : .onDemand
    }
}
