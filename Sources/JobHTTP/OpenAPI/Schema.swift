internal import JobCore

/// Small words for writing JSON schemas. Source: https://json-schema.org/draft/2020-12
enum Schema {
    static func ref(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    static func text(_ range: ClosedRange<Int>? = nil, pattern: String? = nil, _ about: String? = nil) -> JSONValue {
        var object: JSONObject = ["type": "string"]
        if let range {
            object["minLength"] = .integer(Int64(range.lowerBound))
            object["maxLength"] = .integer(Int64(range.upperBound))
        }
        object["pattern"] = pattern.map(JSONValue.string)
        object["description"] = about.map(JSONValue.string)
        return .object(object)
    }

    static func choice(_ values: [String]) -> JSONValue {
        ["type": "string", "enum": .array(values.map(JSONValue.string))]
    }

    static func integer(_ range: ClosedRange<Int64>? = nil) -> JSONValue {
        var object: JSONObject = ["type": "integer"]
        if let range {
            object["minimum"] = .integer(range.lowerBound)
            object["maximum"] = .integer(range.upperBound)
        }
        return .object(object)
    }

    static func number(_ range: ClosedRange<Double>) -> JSONValue {
        ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
    }

    static func list(_ items: JSONValue, most: Int? = nil, least: Int? = nil) -> JSONValue {
        var object: JSONObject = ["type": "array", "items": items]
        object["minItems"] = least.map { .integer(Int64($0)) }
        object["maxItems"] = most.map { .integer(Int64($0)) }
        return .object(object)
    }

    /// An object of known fields only; the optional ones may also be null.
    static func object(_ required: JSONObject = [:], optional fields: JSONObject) -> JSONValue {
        var all = required
        for (name, schema) in fields { all[name] = schema == anything ? anything : optional(schema) }
        return object(all, required: required.members.map(\.key))
    }

    /// A message of the queue protocol: further fields are left alone, and the optional ones may also be null.
    static func message(_ required: JSONObject = [:], optional fields: JSONObject = [:]) -> JSONValue {
        var all = required
        for (name, schema) in fields { all[name] = schema == anything ? anything : optional(schema) }
        return object(all, required: required.members.map(\.key), isOpen: true)
    }

    /// An object of known fields only, all of them required.
    static func object(_ fields: JSONObject) -> JSONValue { object(fields, required: fields.members.map(\.key)) }

    /// An object of known fields only.
    static func object(_ fields: JSONObject, required: [String], isOpen: Bool = false) -> JSONValue {
        var object: JSONObject = ["type": "object", "properties": .object(fields)]
        if !required.isEmpty { object["required"] = .array(required.map(JSONValue.string)) }
        if !isOpen { object["additionalProperties"] = false }
        return .object(object)
    }

    /// The schema or null.
    static func optional(_ schema: JSONValue) -> JSONValue { ["anyOf": [schema, ["type": "null"]]] }

    static let time: JSONValue = ["type": "string", "format": "date-time"]
    static let bool: JSONValue = ["type": "boolean"]
    static let anything: JSONValue = .object([:])
}
