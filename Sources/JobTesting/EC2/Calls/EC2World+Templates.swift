internal import JobCore

extension EC2World {
    mutating func createLaunchTemplate(_ form: QueryForm) throws -> [XMLNode?] {
        let name = try form.required("LaunchTemplateName")
        let isLegal = name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "()./_-".utf8.contains(byte)
        }
        guard (3...128).contains(name.utf8.count), isLegal else {
            throw EC2Refusal(
                "InvalidLaunchTemplateName.MalformedException", "The launch template name '\(name)' is malformed.")
        }
        let data = form.nested("LaunchTemplateData")
        guard !data.isEmpty else {
            throw EC2Refusal("MissingParameter", "The request must contain the parameter LaunchTemplateData")
        }
        _ = try LaunchSettings(data)
        let tags = try Tagging.specifications(form)["launch-template"] ?? [:]
        try refuseDryRun(form)
        let token = form["ClientToken"]
        if let known = try launched(under: token, by: "CreateLaunchTemplate", form),
            let template = known.fleet.flatMap({ templates[$0] })
        {
            return [XMLNode("launchTemplate", node(of: template))]
        }
        guard !templates.values.contains(where: { $0.name == name }) else {
            throw EC2Refusal(
                "InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.")
        }
        let template = LaunchTemplate(
            id: newID("lt"), name: name, createdAt: now, token: token, parameters: data, tags: tags)
        templates[template.id] = template
        remember(token, "CreateLaunchTemplate", form, instances: [], fleet: template.id)
        return [XMLNode("launchTemplate", node(of: template))]
    }

    mutating func deleteLaunchTemplate(_ form: QueryForm) throws -> [XMLNode?] {
        try refuseDryRun(form)
        let template = try template(form)
        templates[template.id] = nil
        return [XMLNode("launchTemplate", node(of: template))]
    }

    func describeLaunchTemplates(_ form: QueryForm) throws -> [XMLNode?] {
        let filters = try Filters(form)
        let ids = form.list("LaunchTemplateId")
        let names = form.list("LaunchTemplateName")
        for id in ids { _ = try template(QueryForm(pairs: ["LaunchTemplateId": id])) }
        for name in names { _ = try template(QueryForm(pairs: ["LaunchTemplateName": name])) }
        let found = try templates.values.filter { template in
            guard ids.isEmpty || ids.contains(template.id), names.isEmpty || names.contains(template.name) else {
                return false
            }
            return try filters.pass(tags: template.tags) { name in
                switch name {
                case "launch-template-name": [template.name]
                case "create-time": [stamp(template.createdAt)]
                default: nil
                }
            }
        }
        let page = try Page(found.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }, form, sizes: 1...200)
        return [.set("launchTemplates", page.items.map { node(of: $0) }), page.token]
    }

    /// The launch template that a call names by its id or its name.
    func template(_ form: QueryForm) throws -> LaunchTemplate {
        if let version = form["Version"], !["$Default", "$Latest", "1"].contains(version) {
            throw EC2Refusal(
                "InvalidLaunchTemplateId.VersionNotFound", "Could not find launch template version \(version)")
        }
        if let id = form["LaunchTemplateId"] {
            if let template = templates[id] { return template }
            throw EC2Refusal(
                "InvalidLaunchTemplateId.NotFound",
                "The specified launch template, with template ID \(id), does not exist.")
        }
        let name = try form.required("LaunchTemplateName")
        guard let template = templates.values.first(where: { $0.name == name }) else {
            throw EC2Refusal(
                "InvalidLaunchTemplateName.NotFoundException",
                "The specified launch template, with template name \(name), does not exist.")
        }
        return template
    }

    private func node(of template: LaunchTemplate) -> [XMLNode?] {
        [
            XMLNode("launchTemplateId", template.id), XMLNode("launchTemplateName", template.name),
            XMLNode("createTime", stamp(template.createdAt)),
            XMLNode("createdBy", "arn:aws:iam::\(configuration.accountID):root"),
            XMLNode("defaultVersionNumber", "1"), XMLNode("latestVersionNumber", "1"), Tagging.node(template.tags),
        ]
    }
}
