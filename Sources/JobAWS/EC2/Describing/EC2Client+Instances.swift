internal import JobCore

extension EC2Client {
    /// The instances that meet all filters, page by page.
    ///
    /// Those that are gone stay in the listing for about an hour.
    public func describeInstances(filters: [EC2Filter]) async throws -> [EC2Instance] {
        var form = QueryForm()
        form.add(filters: filters)
        form.add("MaxResults", 1_000)
        return try await instances(form)
    }

    /// Instances by their ids; empty for no ids.
    ///
    /// - Throws: ``AWSError`` of category `notFound` when one of them is unknown, as ids are a while after the launch.
    public func describeInstances(ids: [String]) async throws -> [EC2Instance] {
        guard !ids.isEmpty else { return [] }
        var form = QueryForm()
        form.add(list: "InstanceId", ids)
        return try await instances(form)
    }

    private func instances(_ form: QueryForm) async throws -> [EC2Instance] {
        var found: [EC2Instance] = []
        try await pages("DescribeInstances", form) { page in
            for reservation in page.list("reservationSet") {
                found += try reservation.list("instancesSet").map(EC2Instance.init)
            }
        }
        return found
    }

    /// How instances fare: the checks and the planned events.
    ///
    /// - Parameters:
    ///   - ids: the instances; empty for all that run.
    ///   - includeAll: whether those are told of too that do not run.
    public func describeInstanceStatus(ids: [String] = [], includeAll: Bool = false) async throws -> [EC2InstanceStatus]
    {
        var form = QueryForm()
        form.add(list: "InstanceId", ids)
        form.add("IncludeAllInstances", includeAll ? true : nil)
        var found: [EC2InstanceStatus] = []
        try await pages("DescribeInstanceStatus", form) { page in
            found += page.list("instanceStatusSet").compactMap(EC2InstanceStatus.init)
        }
        return found
    }

    /// Writes tags on things of any kind, in place of those of the same keys.
    public func createTags(_ tags: [String: String], on ids: [String]) async throws {
        guard !ids.isEmpty, !tags.isEmpty else { return }
        var form = QueryForm()
        form.add(list: "ResourceId", ids)
        form.add(tags: tags)
        _ = try await call("CreateTags", form)
    }

    /// What an instance has written to its console; empty when there is nothing yet.
    public func consoleOutput(of id: String) async throws -> String {
        var form = QueryForm()
        form.add("InstanceId", id)
        form.add("Latest", true)
        let text = try await call("GetConsoleOutput", form).text("output") ?? ""
        let bytes = Base64.decode(text.filter { !$0.isWhitespace }) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits until an instance is in one of some states, as happens a while after a launch or an end.
    ///
    /// It asks every 5 seconds; while EC2 does not know the instance yet, it goes on.
    ///
    /// - Parameters:
    ///   - states: the states to wait for.
    ///   - id: the instance.
    ///   - limit: how long to wait.
    /// - Throws: ``AWSError``; of category `notFound` or `conflict` when the time is over or the instance is gone.
    public func waitFor(
        _ states: Set<EC2InstanceState>, of id: String, within limit: Duration = .seconds(300)
    ) async throws -> EC2Instance {
        let end = client.time.uptime + limit
        while true {
            var last: EC2Instance?
            do {
                last = try await describeInstances(ids: [id]).first
            } catch let error as AWSError where error.category == .notFound && client.time.uptime < end {
                last = nil
            }
            if let last, states.contains(last.state) { return last }
            guard client.time.uptime < end, last?.state.isGone != true else {
                throw AWSError(
                    service: "ec2", operation: "DescribeInstances", code: "IncorrectInstanceState",
                    message: "\(id) is \(last?.state.rawValue ?? "not known"), not "
                        + states.map(\.rawValue).sorted().joined(separator: " or "))
            }
            try await client.time.sleep(for: .seconds(5))
        }
    }
}

/// How an instance fares.
public struct EC2InstanceStatus: Hashable, Sendable {
    /// The instance.
    public var id: String
    /// Its state; nil when EC2 names one that is not known here.
    public var state: EC2InstanceState?
    /// Its own health, such as `ok` or `impaired`.
    public var instanceStatus: String
    /// The health of what it runs on.
    public var systemStatus: String
    /// The codes of what is planned, such as `system-reboot`.
    public var events: [String]

    init?(_ node: XMLNode) {
        guard let id = node.text("instanceId") else { return nil }
        self.id = id
        state = node["instanceState"]?.text("name").flatMap(EC2InstanceState.init(rawValue:))
        instanceStatus = node["instanceStatus"]?.text("status") ?? ""
        systemStatus = node["systemStatus"]?.text("status") ?? ""
        events = node.list("eventsSet").compactMap { $0.text("code") }
    }
}
