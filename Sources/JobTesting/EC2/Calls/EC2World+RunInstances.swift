internal import JobCore

extension EC2World {
    mutating func runInstances(_ form: QueryForm) throws -> [XMLNode?] {
        let least = try form.integer("MinCount")
        let most = try form.integer("MaxCount")
        guard let least, let most else {
            throw EC2Refusal("MissingParameter", "The request must contain the parameter MinCount and MaxCount")
        }
        guard least >= 1, most >= least else {
            throw EC2Refusal("InvalidParameterValue", "Value (\(most)) for parameter maxCount is invalid.")
        }
        let settings = try launchSettings(form)
        let spot = try spot(
            type: settings.type, image: settings.imageID, subnetID: settings.subnetID, zone: settings.zone,
            lifecycle: settings.isSpot == true ? .spot : .onDemand)
        try refuseDryRun(form)
        let token = form["ClientToken"]
        if let known = try launched(under: token, by: "RunInstances", form) {
            let left = known.instances.compactMap { instances[$0] }
            guard left.contains(where: { $0.state != .terminated }) else {
                throw EC2Refusal(
                    "IdempotentInstanceTerminated",
                    "The instance(s) associated with the client token '\(token ?? "")' have been terminated.")
            }
            return reservation(of: left)
        }
        var count = most
        // EC2 launches as many as it can, down to the least that was asked for.
        while let refusal = obstacle(to: count, at: spot, maxPrice: settings.maxPrice) {
            guard count > least else { throw refusal }
            count -= 1
        }
        let ids = launch(count, at: spot, as: settings, token: token, reservation: newID("r"))
        remember(token, "RunInstances", form, instances: ids)
        return reservation(of: ids.compactMap { instances[$0] })
    }

    /// The settings of a call, over those of the launch template that it names.
    private func launchSettings(_ form: QueryForm) throws -> LaunchSettings {
        let settings = try LaunchSettings(form)
        let reference = form.nested("LaunchTemplate")
        guard !reference.isEmpty else { return settings }
        return settings.over(try LaunchSettings(try template(reference).parameters))
    }

    private func reservation(of launched: [FakeEC2.Instance]) -> [XMLNode?] {
        [
            XMLNode("reservationId", launched.first?.reservationID), XMLNode("ownerId", configuration.accountID),
            .set("groupSet", []), .set("instancesSet", launched.map { node(of: $0) }),
        ]
    }

    /// What was launched under a token; nil when the token is new, or there is none.
    func launched(under token: String?, by operation: String, _ form: QueryForm) throws -> Launched? {
        guard let token, !token.isEmpty else { return nil }
        guard token.utf8.count <= 64, token.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw EC2Refusal("InvalidParameterValue", "ClientToken must have at most 64 ASCII characters")
        }
        guard let known = tokens["\(operation) \(token)"] else { return nil }
        guard known.parameters == form else {
            throw EC2Refusal(
                "IdempotentParameterMismatch",
                "The request uses the same client token as a previous, but non-identical request.")
        }
        return known
    }

    mutating func remember(
        _ token: String?, _ operation: String, _ form: QueryForm, instances: [String], fleet: String? = nil
    ) {
        guard let token, !token.isEmpty else { return }
        tokens["\(operation) \(token)"] = Launched(parameters: form, instances: instances, fleet: fleet)
    }

    /// Says that a call would have been allowed.
    func refuseDryRun(_ form: QueryForm) throws {
        guard try form.flag("DryRun") == true else { return }
        throw EC2Refusal("DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
    }
}
