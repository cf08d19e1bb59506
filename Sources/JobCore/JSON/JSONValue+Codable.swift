extension JSONValue: Codable {
    /// Reads any JSON value from a decoder.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            let members = try container.decode([String: JSONValue].self)
            self = .object(JSONObject(uniqueMembers: members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        }
    }

    /// Writes the value to an encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let object):
            try container.encode(Dictionary(object.members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }))
        }
    }

    /// Encodes a `Codable` value as JSON; dates are RFC 3339 texts.
    ///
    /// The JSON is what Foundation's encoder would write: whole numbers are integers, names stand in the order of their
    /// bytes. It nests at most 64 levels deep.
    ///
    /// - Throws: `EncodingError`, and whatever the value throws.
    public init(encoding value: some Encodable) throws {
        self = try JSONValueEncoder.json(of: value)
    }

    /// Decodes a `Codable` value from this JSON; dates are RFC 3339 texts.
    ///
    /// - Throws: `DecodingError`, and whatever the type throws.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONValueDecoder.value(type, from: self)
    }
}
