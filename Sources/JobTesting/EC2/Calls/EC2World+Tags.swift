internal import JobCore

extension EC2World {
    mutating func createTags(_ form: QueryForm) throws -> [XMLNode?] {
        let tags = try Tagging.pairs(form)
        guard !tags.isEmpty else {
            throw EC2Refusal("MissingParameter", "The request must contain the parameter tagSet")
        }
        return try changeTags(form) { $0.merge(tags) { $1 } }
    }

    mutating func deleteTags(_ form: QueryForm) throws -> [XMLNode?] {
        let named = form.structures("Tag").compactMap { tag in tag["Key"].map { (key: $0, value: tag["Value"]) } }
        return try changeTags(form) { tags in
            guard !named.isEmpty else {
                tags = tags.filter { $0.key.hasPrefix("aws:") }
                return
            }
            for tag in named where tag.value == nil || tag.value == tags[tag.key] { tags[tag.key] = nil }
        }
    }

    /// Changes the tags of all named resources, or of none when one does not exist.
    private mutating func changeTags(_ form: QueryForm, _ change: (inout [String: String]) -> Void) throws -> [XMLNode?]
    {
        let ids = form.list("ResourceId")
        guard !ids.isEmpty else {
            throw EC2Refusal("MissingParameter", "The request must contain the parameter resourceIdSet")
        }
        let instanceIDs = ids.filter { $0.hasPrefix("i-") }
        if !instanceIDs.isEmpty { _ = try instances(named: instanceIDs) }
        for id in ids where !instanceIDs.contains(id) {
            guard requests[id] != nil || volumes[id] != nil || templates[id] != nil else {
                throw EC2Refusal("InvalidID", "The ID '\(id)' is not valid")
            }
        }
        try refuseDryRun(form)
        for id in ids {
            var tags = instances[id]?.tags ?? requests[id]?.tags ?? volumes[id]?.tags ?? templates[id]?.tags ?? [:]
            change(&tags)
            guard tags.count <= 50 else { throw EC2Refusal("TagLimitExceeded", "A resource can have up to 50 tags.") }
            instances[id]?.tags = tags
            requests[id]?.tags = tags
            volumes[id]?.tags = tags
            templates[id]?.tags = tags
        }
        return [XMLNode("return", "true")]
    }
}
