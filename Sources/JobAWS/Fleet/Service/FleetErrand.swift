internal import JobCore
internal import Logging

/// A reading of the cloud.
enum FleetDuty: Hashable, Sendable {
    case list
    case market(String)
}

/// Something that is done beside the line of events, in an error scope of its own.
enum FleetErrand: Sendable {
    case list
    case market(FleetSpecification)
    case launch(LaunchRecord, FleetSpecification)
    case resume(LaunchRecord)
    case terminate(String)
    case tagOrphan(String)
    case cancelSpotRequest(String)
    case removeTemplate(String)
    case drain(worker: String)
    case revoke(worker: String?, launch: String?)

    /// Does it and says what the line is to hear; nil for nothing.
    func run(_ service: FleetService) async -> FleetLoop.Input? {
        do {
            return try await attempt(service)
        } catch is CancellationError {
            return nil
        } catch {
            return failure("\(error)", service)
        }
    }

    private func attempt(_ service: FleetService) async throws -> FleetLoop.Input? {
        let (cloud, owner) = (service.cloud, service.configuration.controller.owner)
        switch self {
        case .list:
            // Before anything is read: what is launched meanwhile must not be taken for missing.
            let began = service.time.now
            let instances = try await cloud.instances(owner: owner)
            let templates = try await cloud.templates(owner: owner)
            return .event(.listed(instances, templates: templates, began: began))
        case .market(let spec):
            return .event(.market(fleet: spec.name, try await cloud.market(for: spec)))
        case .launch(let record, let spec):
            return .event(.launched(record.id, try await launch(record, spec, service)))
        case .resume(let record):
            return .event(.launched(record.id, await cloud.launch(FleetLaunch(record: record, template: nil))))
        case .terminate(let id): try await cloud.terminate(id)
        case .tagOrphan(let id): try await cloud.tag(id, [FleetTag.orphan: service.time.now.description])
        case .cancelSpotRequest(let id): try await cloud.cancelSpotRequest(id)
        case .removeTemplate(let name): try await cloud.removeTemplate(name)
        case .drain(let worker): _ = try await service.store.drain(worker: worker)
        case .revoke(let worker, let launch): try await revoke(worker: worker, launch: launch, service)
        }
        return nil
    }

    private func launch(
        _ record: LaunchRecord, _ spec: FleetSpecification, _ service: FleetService
    ) async throws -> LaunchOutcome {
        let now = service.time.now
        let token = EnrolmentToken(
            launch: record, expiresAt: record.createdAt + spec.bootTimeout + .seconds(300), at: now,
            random: service.random)
        let userData: String
        do {
            guard let server = spec.server ?? service.configuration.server else {
                let message = "is required, because the service has no address of its own"
                throw InvalidFleet(issues: [FieldIssue(path: "server", message: message)])
            }
            let address = server.hasSuffix("/") ? String(server.dropLast()) : server
            userData = try UserData(
                spec: spec, server: address, token: token.text, agents: service.configuration.agents
            ).render()
        } catch let fault as InvalidFleet {
            return .refused(LaunchRefusal(.configuration, code: "InvalidFleet", message: fault.description))
        }
        do {
            try await service.store.insert(token.record)
        } catch let error as QueueError {
            // Nothing has been asked of EC2 yet.
            return .refused(LaunchRefusal(.other, code: "TokenNotStored", message: error.description))
        }
        return await service.cloud.launch(
            FleetLaunch(record: record, template: FleetTemplate(spec: spec, userData: userData)))
    }

    private func revoke(worker: String?, launch: String?, _ service: FleetService) async throws {
        let now = service.time.now
        if let launch { _ = try await service.store.revoke(launch, at: now) }
        guard let worker else { return }
        guard let instance = FleetWorker.instance(ofWorker: worker) else { return }
        _ = try await service.store.revoke(EnrolmentRequest.tokenID(instance: instance), at: now)
    }

    private func failure(_ text: String, _ service: FleetService) -> FleetLoop.Input? {
        switch self {
        case .list: return .failed(.list, text)
        case .market(let spec): return .failed(.market(spec.name), text)
        case .launch(let record, _), .resume(let record): return .event(.launched(record.id, .unknown(text)))
        case .terminate(let id): return .event(.notTerminated(id, message: text))
        case .tagOrphan(let id): return .event(.notTagged(id, message: text))
        case .cancelSpotRequest(let id): service.logger.warning("spot request \(id) cannot be cancelled: \(text)")
        case .removeTemplate(let name):
            // The next list finds it again.
            service.logger.notice("launch template \(name) cannot be deleted: \(text)")
        case .drain(let worker): service.logger.warning("\(worker) cannot be told to drain: \(text)")
        case .revoke: service.logger.warning("tokens of what is gone cannot be revoked: \(text)")
        }
        return nil
    }
}
