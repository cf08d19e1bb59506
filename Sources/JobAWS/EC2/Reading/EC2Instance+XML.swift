internal import JobCore

extension EC2Instance {
    /// Reads an item of `instancesSet`; elements that are missing or unknown do not matter, but the id and the state
    /// must be there.
    init(_ node: XMLNode) throws {
        guard let id = node.text("instanceId"), let state = node["instanceState"]?.text("name") else {
            throw EC2Client.badAnswer("DescribeInstances", "an instance has no id or state")
        }
        guard let known = EC2InstanceState(rawValue: state) else {
            throw EC2Client.badAnswer("DescribeInstances", "the state of \(id) is not known: \(state.prefix(40))")
        }
        self.init(
            id: id, imageID: node.text("imageId") ?? "", type: node.text("instanceType") ?? "", state: known,
            stateReasonCode: node["stateReason"]?.text("code"),
            launchTime: node.text("launchTime").flatMap { Timestamp($0) } ?? .epoch,
            availabilityZone: node["placement"]?.text("availabilityZone") ?? "", subnetID: node.text("subnetId"),
            lifecycle: node.text("instanceLifecycle") == "spot" ? .spot : .onDemand,
            spotInstanceRequestID: node.text("spotInstanceRequestId"), clientToken: node.text("clientToken"),
            tags: node.tags, privateIP: node.text("privateIpAddress"), publicIP: node.text("ipAddress"))
    }
}

extension XMLNode {
    /// The tags of a `tagSet`.
    var tags: [String: String] {
        let pairs = list("tagSet").compactMap { item in item.text("key").map { ($0, item.text("value") ?? "") } }
        return Dictionary(pairs) { first, _ in first }
    }
}
