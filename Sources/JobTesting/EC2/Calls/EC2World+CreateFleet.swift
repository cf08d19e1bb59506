internal import JobCore

extension EC2World {
    mutating func createFleet(_ form: QueryForm) throws -> [XMLNode?] {
        let request = try FleetRequest(form)
        let candidates = try candidates(form)
        try refuseDryRun(form)
        let token = form["ClientToken"]
        if let known = try launched(under: token, by: "CreateFleet", form),
            let fleet = known.fleet.flatMap({ fleets[$0] })
        {
            return answer(fleet)
        }
        let fleet = fill(request, from: candidates, token: token)
        fleets[fleet.id] = fleet
        remember(token, "CreateFleet", form, instances: fleet.groups.flatMap(\.instances), fleet: fleet.id)
        return answer(fleet)
    }

    private func candidates(_ form: QueryForm) throws -> [FleetCandidate] {
        let configs = form.structures("LaunchTemplateConfigs")
        guard !configs.isEmpty else {
            throw EC2Refusal("MissingParameter", "The request must contain the parameter LaunchTemplateConfigs")
        }
        var candidates: [FleetCandidate] = []
        for config in configs {
            let template = try template(config.nested("LaunchTemplateSpecification"))
            let settings = try LaunchSettings(template.parameters)
            guard settings.isSpot == nil else {
                throw EC2Refusal(
                    "InvalidParameterCombination", "The launch template of a fleet must not have InstanceMarketOptions")
            }
            let overrides = config.structures("Overrides")
            for override in overrides.isEmpty ? [QueryForm()] : overrides {
                guard override.nested("InstanceRequirements").isEmpty else {
                    throw EC2Refusal(
                        "UnsupportedOperation", "This fake chooses types by name, not by InstanceRequirements")
                }
                candidates.append(
                    FleetCandidate(
                        template: template, settings: settings, type: override["InstanceType"] ?? settings.type,
                        subnetID: override["SubnetId"] ?? settings.subnetID,
                        zone: override["AvailabilityZone"] ?? settings.zone, imageID: override["ImageId"],
                        priority: override["Priority"].flatMap { Double($0) },
                        weight: override["WeightedCapacity"].flatMap { Double($0) }.map { max(1, Int($0)) } ?? 1,
                        maxPrice: override["MaxPrice"].flatMap { Double($0) }))
            }
        }
        guard candidates.count <= 300 else {
            throw EC2Refusal("InvalidParameterValue", "A fleet can have up to 300 overrides")
        }
        return candidates
    }

    private mutating func fill(_ request: FleetRequest, from candidates: [FleetCandidate], token: String?) -> Fleet {
        let id = "fleet-" + newID("x").dropFirst(2)
        var groups: [Fleet.Group] = []
        var misses: [Fleet.Miss] = []
        for (lifecycle, target) in request.targets where target > 0 {
            let minimum = request.minimums[lifecycle]
            let (sound, unsound) = places(candidates, lifecycle)
            misses += unsound
            var places = ordered(sound, by: request.strategies[lifecycle] ?? "lowest-price")
            if minimum?.oneType == true, let first = places.first {
                places.removeAll { $0.spot.type != first.spot.type }
            }
            if minimum?.oneZone == true, let first = places.first {
                places.removeAll { $0.spot.subnet.zone != first.spot.subnet.zone }
            }
            var left = target
            var chosen: [(place: Place, count: Int)] = []
            for place in places where left > 0 {
                let wanted = (left + place.candidate.weight - 1) / place.candidate.weight
                var count = wanted
                var reason: EC2Refusal?
                while count > 0, let refusal = obstacle(to: count, at: place.spot, maxPrice: place.candidate.maxPrice) {
                    reason = refusal
                    count -= 1
                }
                if let reason {
                    misses.append(.init(candidate: place.candidate, lifecycle: lifecycle, refusal: reason))
                }
                guard count > 0 else { continue }
                // Launched at once, so that the next place sees what is left of what places share.
                chosen.append((place, count))
                left -= count * place.candidate.weight
                if minimum == nil { groups.append(group(place, count, lifecycle, request, id, token)) }
            }
            guard let minimum else { continue }
            if target - left >= minimum.capacity {
                for (place, count) in chosen { groups.append(group(place, count, lifecycle, request, id, token)) }
            } else if let first = places.first {
                let refusal = EC2Refusal(
                    "UnfulfillableCapacity", "Unable to fulfill capacity due to your request configuration.")
                misses.append(.init(candidate: first.candidate, lifecycle: lifecycle, refusal: refusal))
            }
        }
        return Fleet(id: id, groups: groups, misses: misses)
    }

    private mutating func group(
        _ place: Place, _ count: Int, _ lifecycle: FakeEC2.Lifecycle, _ request: FleetRequest, _ fleet: String,
        _ token: String?
    ) -> Fleet.Group {
        var settings = place.candidate.settings
        for (resource, pairs) in request.tags { settings.tags[resource, default: [:]].merge(pairs) { $1 } }
        settings.tags["instance", default: [:]].merge([
            "aws:ec2:fleet-id": fleet, "aws:ec2launchtemplate:id": place.candidate.template.id,
            "aws:ec2launchtemplate:version": "1",
        ]) { $1 }
        let ids = launch(
            count, at: place.spot, as: settings, token: token, reservation: newID("r"), fleet: fleet)
        return Fleet.Group(candidate: place.candidate, lifecycle: lifecycle, instances: ids)
    }

    private func answer(_ fleet: Fleet) -> [XMLNode?] {
        [
            XMLNode("fleetId", fleet.id),
            .set(
                "errorSet",
                fleet.misses.map { miss in
                    [
                        miss.candidate.node, XMLNode("lifecycle", miss.lifecycle.rawValue),
                        XMLNode("errorCode", miss.refusal.code), XMLNode("errorMessage", miss.refusal.message),
                    ]
                }),
            .set(
                "fleetInstanceSet",
                fleet.groups.map { group in
                    [
                        group.candidate.node, XMLNode("lifecycle", group.lifecycle.rawValue),
                        .texts("instanceIds", group.instances),
                        XMLNode("instanceType", group.candidate.type ?? ""),
                    ]
                }),
        ]
    }
}
