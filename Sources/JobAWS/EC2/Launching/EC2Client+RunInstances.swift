/// A launch of instances of one type in one place.
public struct RunInstancesRequest: Hashable, Sendable {
    /// The same token with the same request makes nothing twice; at most 64 ASCII characters.
    public var clientToken: String
    /// What the instances are made of; empty where a template says it.
    public var settings: LaunchSettings
    /// A template whose settings apply where ``settings`` says nothing; nil for none.
    public var launchTemplate: LaunchTemplateReference?
    /// How many instances; all or none.
    public var count: Int
    /// Whether AWS may take them back.
    public var lifecycle: InstanceLifecycle
    /// The most that an hour may cost in dollars; nil, as AWS advises, for up to the on-demand price.
    public var maximumPrice: String?
    /// Whether only the permission is asked for; the answer is an error of category `dryRunSucceeded`.
    public var dryRun = false

    /// Makes a request, by default for one spot instance.
    public init(
        clientToken: String, settings: LaunchSettings, launchTemplate: LaunchTemplateReference? = nil, count: Int = 1,
        lifecycle: InstanceLifecycle = .spot
    ) {
        self.clientToken = clientToken
        self.settings = settings
        self.launchTemplate = launchTemplate
        self.count = count
        self.lifecycle = lifecycle
    }

    var form: QueryForm {
        var form = QueryForm()
        form.add("DryRun", dryRun ? true : nil)
        form.add("ClientToken", clientToken)
        form.add("MinCount", count)
        form.add("MaxCount", count)
        form.add("LaunchTemplate.LaunchTemplateId", launchTemplate?.id)
        form.add("LaunchTemplate.LaunchTemplateName", launchTemplate?.name)
        form.add("LaunchTemplate.Version", launchTemplate?.version)
        if lifecycle == .spot {
            form.add("InstanceMarketOptions.MarketType", "spot")
            form.add("InstanceMarketOptions.SpotOptions.MaxPrice", maximumPrice)
            form.add("InstanceMarketOptions.SpotOptions.SpotInstanceType", "one-time")
            form.add("InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior", "terminate")
        }
        form.add(settings)
        return form
    }
}

extension EC2Client {
    /// Launches instances of one type in one place; `createFleet` finds capacity better.
    ///
    /// - Returns: the instances, most likely pending.
    public func runInstances(_ request: RunInstancesRequest) async throws -> [EC2Instance] {
        guard request.settings.userData.count <= LaunchSettings.mostUserData else {
            throw AWSError(
                service: "ec2", operation: "RunInstances", code: AWSError.ClientCode.badRequest,
                message: "userData has more than \(LaunchSettings.mostUserData) bytes; let it fetch the rest")
        }
        return try await call("RunInstances", request.form).list("instancesSet").map(EC2Instance.init)
    }

    /// Ends instances; those that are gone already do no harm, but one unknown id fails them all.
    ///
    /// - Returns: the state of each, by id.
    @discardableResult
    public func terminateInstances(_ ids: [String]) async throws -> [String: EC2InstanceState] {
        guard !ids.isEmpty else { return [:] }
        var form = QueryForm()
        form.add(list: "InstanceId", ids)
        var states: [String: EC2InstanceState] = [:]
        for item in try await call("TerminateInstances", form).list("instancesSet") {
            guard let id = item.text("instanceId") else { continue }
            states[id] = item["currentState"]?.text("name").flatMap(EC2InstanceState.init(rawValue:))
        }
        return states
    }
}
