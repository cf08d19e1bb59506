internal import HTTPTypes
internal import JobCore

/// The fields of a small body; those that nobody knows are refused.
struct FieldsOfBody {
    private let object: JSONObject

    /// Takes an object apart.
    ///
    /// - Throws: ``Problem`` with 422.
    init(_ json: JSONValue, known: Set<String>) throws(Problem) {
        guard case .object(let object) = json else { throw .invalid("", "must be an object, not a \(json.typeName)") }
        for (key, _) in object where !known.contains(key) {
            throw .invalid(String(key.prefix(80)), "is not a known field")
        }
        self.object = object
    }

    /// The value of a field; nil when it is absent.
    subscript(_ key: String) -> JSONValue? { object[key] }
}

extension Problem {
    /// One field of the body is wrong.
    static func invalid(_ path: String, _ message: String) -> Problem {
        let issue = FieldIssue(path: path, message: message)
        return Problem(
            .unprocessableContent, code: "invalidBody", path.isEmpty ? "the body \(message)" : issue.description,
            errors: [issue])
    }
}
