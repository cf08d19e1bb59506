extension EC2Client {
    /// Launches instances from any of many pools, in one synchronous call.
    ///
    /// Pools without capacity are told in the reply and throw nothing. A repeated call with the same token and
    /// request gives the same answer.
    public func createFleet(_ request: CreateFleetRequest) async throws -> CreateFleetReply {
        let answer = try await call("CreateFleet", request.form)
        return CreateFleetReply(
            fleetID: answer.text("fleetId"),
            instances: answer.list("fleetInstanceSet").map(CreateFleetReply.Launched.init),
            errors: answer.list("errorSet").map(CreateFleetReply.Failure.init))
    }
}

extension CreateFleetRequest {
    var form: QueryForm {
        var form = QueryForm()
        form.add("DryRun", dryRun ? true : nil)
        form.add("ClientToken", clientToken)
        form.add("Type", "instant")
        addStrategies(to: &form)
        form.add("TargetCapacitySpecification.TotalTargetCapacity", count)
        form.add("TargetCapacitySpecification.DefaultTargetCapacityType", lifecycle.rawValue)
        form.add("LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateId", launchTemplate.id)
        form.add("LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateName", launchTemplate.name)
        form.add("LaunchTemplateConfigs.1.LaunchTemplateSpecification.Version", launchTemplate.version)
        form.add(list: "LaunchTemplateConfigs.1.Overrides", overrides) { override, prefix, form in
            form.add("\(prefix).InstanceType", override.instanceType)
            form.add("\(prefix).SubnetId", override.subnetID)
            form.add("\(prefix).AvailabilityZone", override.availabilityZone)
            form.add("\(prefix).ImageId", override.imageID)
            form.add("\(prefix).Priority", override.priority.map { "\($0)" })
            form.add("\(prefix).WeightedCapacity", override.weight)
        }
        form.add(tags: tags)
        return form
    }

    private func addStrategies(to form: inout QueryForm) {
        switch lifecycle {
        case .spot:
            form.add("SpotOptions.AllocationStrategy", spotStrategy.rawValue)
            addLimits(to: &form, prefix: "SpotOptions")
        case .onDemand:
            form.add("OnDemandOptions.AllocationStrategy", onDemandStrategy.rawValue)
            addLimits(to: &form, prefix: "OnDemandOptions")
        }
    }

    private func addLimits(to form: inout QueryForm, prefix: String) {
        form.add("\(prefix).MinTargetCapacity", minimumCount)
        form.add("\(prefix).SingleInstanceType", singleInstanceType ? true : nil)
        form.add("\(prefix).SingleAvailabilityZone", singleAvailabilityZone ? true : nil)
    }
}

extension CreateFleetReply.Launched {
    init(_ node: XMLNode) {
        let overrides = node["launchTemplateAndOverrides"]?["overrides"]
        self.init(
            instanceIDs: node.list("instanceIds").map(\.text),
            instanceType: node.text("instanceType") ?? overrides?.text("instanceType") ?? "",
            subnetID: overrides?.text("subnetId"), availabilityZone: overrides?.text("availabilityZone"),
            lifecycle: node.text("lifecycle") == "on-demand" ? .onDemand : .spot)
    }
}

extension CreateFleetReply.Failure {
    init(_ node: XMLNode) {
        let overrides = node["launchTemplateAndOverrides"]?["overrides"]
        self.init(
            code: node.text("errorCode") ?? "", message: node.text("errorMessage") ?? "",
            instanceType: overrides?.text("instanceType"), subnetID: overrides?.text("subnetId"),
            availabilityZone: overrides?.text("availabilityZone"),
            lifecycle: node.text("lifecycle").flatMap(InstanceLifecycle.init(rawValue:)))
    }
}
