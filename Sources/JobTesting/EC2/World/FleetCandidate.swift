/// One of the places where a fleet may launch.
struct FleetCandidate: Hashable, Sendable {
    let template: LaunchTemplate
    let settings: LaunchSettings
    let type: String?
    let subnetID: String?
    let zone: String?
    let imageID: String?
    let priority: Double?
    let weight: Int
    let maxPrice: Double?

    /// The `launchTemplateAndOverrides` of an answer.
    var node: XMLNode {
        XMLNode(
            "launchTemplateAndOverrides",
            [
                XMLNode(
                    "launchTemplateSpecification",
                    [XMLNode("launchTemplateId", template.id), XMLNode("version", "1")]),
                XMLNode(
                    "overrides",
                    [
                        XMLNode("instanceType", type), XMLNode("subnetId", subnetID),
                        XMLNode("availabilityZone", zone), XMLNode("imageId", imageID),
                        XMLNode("priority", priority.map { "\($0)" }),
                    ]),
            ])
    }
}
