/// How much a `CreateFleet` call wants, and how it is to be chosen.
struct FleetRequest: Sendable {
    /// The least of a lifecycle without which nothing is launched.
    struct Minimum: Hashable, Sendable {
        let capacity: Int
        let oneType: Bool
        let oneZone: Bool
    }

    /// On-demand first, as EC2 does it.
    let targets: [(FakeEC2.Lifecycle, Int)]
    let strategies: [FakeEC2.Lifecycle: String]
    let minimums: [FakeEC2.Lifecycle: Minimum]
    let tags: [String: [String: String]]

    init(_ form: QueryForm) throws {
        guard form["Type"] == "instant" else {
            throw EC2Refusal("InvalidParameterValue", "This fake knows fleets of type instant only")
        }
        let capacity = form.nested("TargetCapacitySpecification")
        guard let total = try capacity.integer("TotalTargetCapacity"), total >= 0 else {
            throw EC2Refusal("MissingParameter", "The request must contain the parameter TotalTargetCapacity")
        }
        let spot = try capacity.integer("SpotTargetCapacity")
        let onDemand = try capacity.integer("OnDemandTargetCapacity")
        guard (spot ?? 0) + (onDemand ?? 0) <= total else {
            throw EC2Refusal("InvalidParameterValue", "SpotTargetCapacity and OnDemandTargetCapacity exceed the total")
        }
        let rest = total - (spot ?? 0) - (onDemand ?? 0)
        let restIsSpot = capacity["DefaultTargetCapacityType"] == "spot"
        targets = [
            (.onDemand, (onDemand ?? 0) + (restIsSpot ? 0 : rest)), (.spot, (spot ?? 0) + (restIsSpot ? rest : 0)),
        ]
        let options: [FakeEC2.Lifecycle: QueryForm] = [
            .spot: form.nested("SpotOptions"), .onDemand: form.nested("OnDemandOptions"),
        ]
        strategies = options.compactMapValues { $0["AllocationStrategy"] }
        let known = [
            "lowest-price", "diversified", "capacity-optimized", "capacity-optimized-prioritized",
            "price-capacity-optimized", "prioritized",
        ]
        if let strategy = strategies.values.first(where: { !known.contains($0) }) {
            throw EC2Refusal("InvalidParameterValue", "Invalid allocation strategy '\(strategy)'")
        }
        minimums = try options.compactMapValues { options in
            guard let capacity = try options.integer("MinTargetCapacity") else { return nil }
            let oneType = try options.flag("SingleInstanceType") ?? false
            let oneZone = try options.flag("SingleAvailabilityZone") ?? false
            guard oneType || oneZone else {
                throw EC2Refusal(
                    "InvalidParameterCombination",
                    "MinTargetCapacity needs SingleInstanceType or SingleAvailabilityZone")
            }
            return Minimum(capacity: capacity, oneType: oneType, oneZone: oneZone)
        }
        tags = try Tagging.specifications(form)
        let taggable = ["fleet", "instance", "volume", "network-interface", "spot-instances-request"]
        if let resource = tags.keys.first(where: { !taggable.contains($0) }) {
            throw EC2Refusal(
                "InvalidParameterValue", "'\(resource)' is not a valid taggable resource type for this operation.")
        }
    }
}
