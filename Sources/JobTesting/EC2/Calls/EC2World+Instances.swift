internal import JobCore

extension EC2World {
    func describeInstances(_ form: QueryForm) throws -> [XMLNode?] {
        let found = try select(form)
        let page = try Page(found, form)
        var groups: [(id: String, instances: [FakeEC2.Instance])] = []
        for instance in page.items {
            if groups.last?.id == instance.reservationID {
                groups[groups.count - 1].instances.append(instance)
            } else {
                groups.append((instance.reservationID, [instance]))
            }
        }
        let reservations: [[XMLNode?]] = groups.map { group in
            [
                XMLNode("reservationId", group.id), XMLNode("ownerId", configuration.accountID), .set("groupSet", []),
                .set("instancesSet", group.instances.map { node(of: $0) }),
            ]
        }
        return [.set("reservationSet", reservations), page.token]
    }

    func describeInstanceStatus(_ form: QueryForm) throws -> [XMLNode?] {
        let all = try form.flag("IncludeAllInstances") ?? false
        let found = try select(form).filter { all || $0.state == .running }
        let page = try Page(found, form)
        let statuses: [[XMLNode?]] = page.items.map { instance in
            let checks = instance.state == .running ? "ok" : "not-applicable"
            return [
                XMLNode("instanceId", instance.id), XMLNode("availabilityZone", instance.pool.zone),
                stateNode("instanceState", instance.state), XMLNode("systemStatus", [XMLNode("status", checks)]),
                XMLNode("instanceStatus", [XMLNode("status", checks)]),
            ]
        }
        return [.set("instanceStatusSet", statuses), page.token]
    }

    mutating func terminateInstances(_ form: QueryForm) throws -> [XMLNode?] {
        let ids = form.list("InstanceId")
        guard !ids.isEmpty else {
            throw EC2Refusal("MissingParameter", "The request must contain the parameter InstanceId")
        }
        let found = try instances(named: ids)
        try refuseDryRun(form)
        for instance in found where instance.state != .terminated && instance.state != .shuttingDown {
            if let left = refusals[instance.id], left > 0 {
                refusals[instance.id] = left - 1
                throw EC2Refusal(
                    "OperationNotPermitted",
                    "The instance '\(instance.id)' may not be terminated. Modify its 'disableApiTermination' instance "
                        + "attribute and try again.")
            }
        }
        let changes: [[XMLNode?]] = found.map { instance in
            end(instance.id, reason: .user)
            let state = instances[instance.id]?.state ?? .terminated
            return [
                XMLNode("instanceId", instance.id), stateNode("currentState", state),
                stateNode("previousState", instance.state),
            ]
        }
        return [.set("instancesSet", changes)]
    }

    func getConsoleOutput(_ form: QueryForm) throws -> [XMLNode?] {
        let id = try form.required("InstanceId")
        _ = try instances(named: [id])
        return [
            XMLNode("instanceId", id), XMLNode("timestamp", stamp(now)),
            consoles[id].map { XMLNode("output", Base64.encode($0.suffix(65_536))) },
        ]
    }

    /// The instances with these ids.
    func instances(named ids: [String]) throws -> [FakeEC2.Instance] {
        if let malformed = ids.first(where: { !Self.isInstanceID($0) }) {
            throw EC2Refusal("InvalidInstanceID.Malformed", "Invalid id: \"\(malformed)\"")
        }
        let visible = Dictionary(uniqueKeysWithValues: visible.map { ($0.id, $0) })
        let unknown = ids.filter { visible[$0] == nil }
        guard unknown.isEmpty else { throw EC2Refusal.unknownInstances(unknown) }
        return ids.compactMap { visible[$0] }
    }

    private func select(_ form: QueryForm) throws -> [FakeEC2.Instance] {
        let ids = form.list("InstanceId")
        if !ids.isEmpty, form["MaxResults"] != nil {
            throw EC2Refusal(
                "InvalidParameterCombination", "The parameter instancesSet cannot be used with the parameter maxResults"
            )
        }
        let filters = try Filters(form)
        return try (ids.isEmpty ? visible : try instances(named: ids)).filter { instance in
            try filters.pass(tags: instance.tags) { values(of: $0, for: instance) }
        }
    }

    private func values(of filter: String, for instance: FakeEC2.Instance) -> [String]? {
        switch filter {
        case "instance-id": [instance.id]
        case "instance-state-name": [instance.state.rawValue]
        case "instance-state-code": ["\(Self.code(of: instance.state))"]
        case "instance-lifecycle": instance.pool.lifecycle == .spot ? ["spot"] : []
        case "instance-type": [instance.pool.type]
        case "availability-zone": [instance.pool.zone]
        case "subnet-id": [instance.subnetID]
        case "image-id": [instance.imageID]
        case "client-token": [instance.clientToken]
        case "reservation-id": [instance.reservationID]
        case "spot-instance-request-id": instance.spotRequestID.map { [$0] } ?? []
        case "launch-time": [stamp(instance.launchedAt)]
        case "private-ip-address": [instance.privateAddress]
        case "ip-address": instance.publicAddress.map { [$0] } ?? []
        case "vpc-id": ["vpc-0"]
        case "state-reason-code": instance.reason.map { [$0.code] } ?? []
        default: nil
        }
    }

    private static func isInstanceID(_ id: String) -> Bool {
        id.hasPrefix("i-") && (id.utf8.count == 10 || id.utf8.count == 19)
            && id.dropFirst(2).utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
