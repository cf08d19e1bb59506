/// How tags come in calls and go out in answers.
enum Tagging {
    /// The tags of `TagSpecification.N`, by kind of resource.
    static func specifications(_ form: QueryForm) throws -> [String: [String: String]] {
        var tags: [String: [String: String]] = [:]
        for specification in form.structures("TagSpecification") {
            let resource = try specification.required("ResourceType")
            tags[resource, default: [:]].merge(try pairs(specification)) { $1 }
        }
        return tags
    }

    /// The tags of `Tag.N`.
    static func pairs(_ form: QueryForm) throws -> [String: String] {
        var tags: [String: String] = [:]
        for tag in form.structures("Tag") {
            let key = try tag.required("Key")
            let value = tag["Value"] ?? ""
            guard !key.lowercased().hasPrefix("aws:") else {
                throw EC2Refusal(
                    "InvalidParameterValue",
                    "Value ( \(key) ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use"
                )
            }
            guard key.unicodeScalars.count <= 127, value.unicodeScalars.count <= 255 else {
                throw EC2Refusal("InvalidParameterValue", "Tag \(key) is too long: keys 127, values 255 characters")
            }
            tags[key] = value
        }
        guard tags.count <= 50 else { throw EC2Refusal("TagLimitExceeded", "A resource can have up to 50 tags.") }
        return tags
    }

    /// The `tagSet` of a resource.
    static func node(_ tags: [String: String]) -> XMLNode {
        .set("tagSet", tags.sorted { $0.key < $1.key }.map { [XMLNode("key", $0.key), XMLNode("value", $0.value)] })
    }
}
