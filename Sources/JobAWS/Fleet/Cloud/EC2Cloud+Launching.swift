internal import JobCore

extension EC2Cloud {
    /// Makes the launch template, then the fleet; see ``FleetCloud``.
    public func launch(_ launch: FleetLaunch) async -> LaunchOutcome {
        let record = launch.record
        if let template = launch.template {
            do {
                _ = try await ec2.createLaunchTemplate(
                    name: record.templateName, settings: LaunchSettings(template, record),
                    clientToken: record.clientToken,
                    tags: [FleetTag.owner: record.tags[FleetTag.owner] ?? "", FleetTag.launch: record.id])
            } catch let error as AWSError where error.code.hasPrefix("InvalidLaunchTemplateName.AlreadyExists") {
                // An earlier try whose answer was lost: nobody else makes this name.
            } catch {
                // No instance has been asked for, so nothing can come of it.
                return .refused(LaunchRefusal(error))
            }
        }
        do {
            return LaunchOutcome(try await ec2.createFleet(CreateFleetRequest(record)), of: record)
        } catch {
            return outcome(of: error, record)
        }
    }

    private func outcome(of error: any Error, _ record: LaunchRecord) -> LaunchOutcome {
        guard let error = error as? AWSError else { return .unknown("\(error)") }
        switch error.category {
        case .idempotencyMismatch: return .known
        case .network, .transient, .other: return .unknown(error.description)
        case .notFound where error.code.hasPrefix("InvalidLaunchTemplate"):
            // EC2 may need a while to see a template; later there was none, and so no launch either.
            let isNew = time.now - record.createdAt < .seconds(60)
            return isNew ? .unknown(error.description) : .nothing
        default: return .refused(LaunchRefusal(error))
        }
    }
}

extension LaunchRefusal {
    init(_ error: any Error) {
        guard let error = error as? AWSError else {
            self.init(.other, code: "Unknown", message: "\(error)")
            return
        }
        self.init(Kind(error.category), code: error.code, message: error.description)
    }
}

extension LaunchRefusal.Kind {
    init(_ category: AWSError.Category) {
        self =
            switch category {
            case .capacity, .price: .capacity
            case .quota: .quota
            case .throttling: .throttled
            case .permission, .invalidRequest, .expiredCredentials, .conflict, .dryRunSucceeded: .configuration
            case .transient, .network, .idempotencyMismatch, .notFound, .clockSkew, .other: .other
            }
    }
}

extension LaunchOutcome {
    init(_ reply: CreateFleetReply, of record: LaunchRecord) {
        func zone(_ zone: String?, _ subnet: String?) -> String? {
            zone ?? record.candidates.first { $0.subnet == subnet }?.pool.zone
        }
        let instances = reply.instances.flatMap { group in
            group.instanceIDs.map { id in
                LaunchedInstance(
                    id: id,
                    pool: CapacityPool(
                        type: group.instanceType, zone: zone(group.availabilityZone, group.subnetID) ?? "",
                        lifecycle: CapacityPool.Lifecycle(group.lifecycle)),
                    subnet: group.subnetID)
            }
        }
        let refusals = reply.errors.map { failure in
            var pool: CapacityPool?
            if let type = failure.instanceType, let zone = zone(failure.availabilityZone, failure.subnetID) {
                pool = CapacityPool(type: type, zone: zone, lifecycle: record.lifecycle)
            }
            return LaunchRefusal(
                LaunchRefusal.Kind(failure.category), code: failure.code, message: failure.message, pool: pool)
        }
        self = .answered(instances, refusals: refusals)
    }
}

extension CreateFleetRequest {
    /// The request of a launch: the same record makes the same request, also after a restart.
    init(_ record: LaunchRecord) {
        self.init(
            clientToken: record.clientToken, launchTemplate: .named(record.templateName),
            overrides: record.candidates.map { candidate in
                FleetOverride(
                    instanceType: candidate.pool.type, subnetID: candidate.subnet, imageID: candidate.image)
            },
            count: record.count, lifecycle: record.lifecycle == .spot ? .spot : .onDemand)
        tags = [ResourceTags(.instance, record.tags)]
    }
}

extension LaunchSettings {
    init(_ template: FleetTemplate, _ record: LaunchRecord) {
        let spec = template.spec
        self.init(imageID: record.candidates.first?.image, userData: Array(template.userData.utf8))
        instanceProfile = spec.instanceProfile
        securityGroups = spec.securityGroups
        hasPublicIP = spec.publicAddress
        let volume = spec.volume
        volumes = [
            LaunchVolume(
                deviceName: volume.device, size: volume.size, type: volume.type, iops: volume.iops,
                throughput: volume.throughput, isEncrypted: volume.encrypted)
        ]
        // The instances' own tags stand in the request for the fleet.
        tags = [ResourceTags(.volume, record.tags), ResourceTags(.networkInterface, record.tags)]
        if record.lifecycle == .spot { tags.append(ResourceTags(.spotInstancesRequest, record.tags)) }
    }
}
