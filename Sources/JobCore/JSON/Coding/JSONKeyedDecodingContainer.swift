/// The members of an object that is being decoded.
struct JSONKeyedDecodingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    // All else stands in the decoder: the standard library copies a container each time it is asked.
    let decoder: JSONValueDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { decoder.members.compactMap { Key(stringValue: $0.key) } }

    func contains(_ key: Key) -> Bool { decoder.member(key.stringValue) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try json(at: key).isWrittenAsNull }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try fitting(key) { $0.boolValue } }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try fitting(key) { $0.stringValue } }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try fitting(key) { $0.finiteDouble } }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try fitting(key) { $0.finiteFloat } }

    @inline(__always)
    func decode<Integer: FixedWidthInteger & Decodable>(_ type: Integer.Type, forKey key: Key) throws -> Integer {
        try fitting(key) { $0.integer(as: type) }
    }

    // The standard library has bodies of its own for these, which say that they are not supported.
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try fitting(key) { $0.integer(as: type) } }
    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try fitting(key) { $0.integer(as: type) } }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try decoder.value(type, from: json(at: key), at: key)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try decoder.part(json(at: key), at: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder.part(json(at: key), at: key).unkeyedContainer()
    }

    // A superclass without members may have encoded nothing.

    func superDecoder() throws -> any Decoder {
        decoder.part(decoder.member(JSONCodingKey.super.stringValue) ?? .null, at: JSONCodingKey.super)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        decoder.part(decoder.member(key.stringValue) ?? .null, at: key)
    }

    @inline(__always)
    private func fitting<Value>(_ key: Key, _ read: (JSONValue) -> Value?) throws -> Value {
        let json = try json(at: key)
        guard let value = read(json) else { throw decoder.unfit(json, for: Value.self, at: key) }
        return value
    }

    private func json(at key: Key) throws -> JSONValue {
        let name = key.stringValue
        guard let json = decoder.member(name) else {
            throw DecodingError.keyNotFound(
                key, DecodingError.Context(codingPath: codingPath, debugDescription: "there is no member \(name)"))
        }
        return json
    }
}
