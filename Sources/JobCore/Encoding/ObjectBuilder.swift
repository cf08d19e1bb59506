/// Builds a JSON object in order; setting nil leaves a field out.
package struct ObjectBuilder {
    private var members: [(key: String, value: JSONValue)] = []

    package init() {}

    /// Appends a field; each name is set once.
    package subscript(_ key: String) -> JSONValue? {
        get { members.first { $0.key == key }?.value }
        set {
            if let newValue { members.append((key, newValue)) }
        }
    }

    package var json: JSONValue { .object(JSONObject(uniqueMembers: members)) }
}

extension JSONValue {
    /// A map of texts in the order of its names; nil when it is empty.
    package init?(texts: [String: String]) {
        if texts.isEmpty { return nil }
        let sorted = texts.sorted { $0.key < $1.key }
        self = .object(JSONObject(uniqueMembers: sorted.map { ($0.key, JSONValue.string($0.value)) }))
    }

    /// A duration as its text.
    package init(duration: Duration) {
        self = .string(duration.jobText)
    }

    /// A time as its RFC 3339 text, or null.
    package init(time: Timestamp?) {
        self = time.map { .string($0.description) } ?? .null
    }

    /// The members of an object of texts; what is no text is left out.
    package var textMap: [String: String] {
        guard case .object(let object) = self else { return [:] }
        var map: [String: String] = [:]
        for (key, value) in object { map[key] = value.stringValue }
        return map
    }
}
