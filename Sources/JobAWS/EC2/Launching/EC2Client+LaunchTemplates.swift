public import JobCore

/// A launch template as EC2 describes it.
public struct EC2LaunchTemplate: Hashable, Sendable {
    /// Such as `lt-0123456789abcdef0`.
    public var id: String
    /// The name, unique in account and region.
    public var name: String
    /// When it was made; nil when EC2 does not say.
    public var createdAt: Timestamp?
    /// Its tags.
    public var tags: [String: String]

    /// Makes a description.
    public init(id: String, name: String, createdAt: Timestamp? = nil, tags: [String: String] = [:]) {
        self.id = id
        self.name = name
        self.createdAt = createdAt
        self.tags = tags
    }

    init?(_ node: XMLNode) {
        guard let id = node.text("launchTemplateId") else { return nil }
        self.init(
            id: id, name: node.text("launchTemplateName") ?? "",
            createdAt: node.text("createTime").flatMap { Timestamp($0) }, tags: node.tags)
    }
}

extension EC2Client {
    /// Makes a launch template with one version.
    ///
    /// - Parameters:
    ///   - name: 3 to 128 of `A-Z a-z 0-9 ( ) . / _ -`.
    ///   - settings: what its instances are made of.
    ///   - clientToken: the same token with the same template makes it once.
    ///   - tags: the template's own tags; those of instances stand in the settings.
    /// - Throws: ``AWSError`` of category `conflict` when the name is taken.
    public func createLaunchTemplate(
        name: String, settings: LaunchSettings, clientToken: String, tags: [String: String] = [:]
    ) async throws -> EC2LaunchTemplate {
        guard settings.userData.count <= LaunchSettings.mostUserData else {
            throw AWSError(
                service: "ec2", operation: "CreateLaunchTemplate", code: AWSError.ClientCode.badRequest,
                message: "userData has more than \(LaunchSettings.mostUserData) bytes; let it fetch the rest")
        }
        var form = QueryForm()
        form.add("ClientToken", clientToken)
        form.add("LaunchTemplateName", name)
        form.add(tags: [ResourceTags(.launchTemplate, tags)])
        form.add(settings, prefix: "LaunchTemplateData.")
        guard let made = try await call("CreateLaunchTemplate", form)["launchTemplate"].flatMap(EC2LaunchTemplate.init)
        else { throw Self.badAnswer("CreateLaunchTemplate", "it names no template") }
        return made
    }

    /// Removes a launch template; instances made from it stay.
    ///
    /// - Throws: ``AWSError`` of category `notFound` when there is none.
    public func deleteLaunchTemplate(_ template: LaunchTemplateReference) async throws {
        var form = QueryForm()
        form.add("LaunchTemplateId", template.id)
        form.add("LaunchTemplateName", template.name)
        _ = try await call("DeleteLaunchTemplate", form)
    }

    /// The launch templates that meet all filters.
    public func describeLaunchTemplates(filters: [EC2Filter] = []) async throws -> [EC2LaunchTemplate] {
        var form = QueryForm()
        form.add(filters: filters)
        var found: [EC2LaunchTemplate] = []
        try await pages("DescribeLaunchTemplates", form) { page in
            found += page.list("launchTemplates").compactMap(EC2LaunchTemplate.init)
        }
        return found
    }
}
