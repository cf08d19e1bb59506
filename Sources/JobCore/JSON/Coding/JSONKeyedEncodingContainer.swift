/// The members of an object that is being encoded.
struct JSONKeyedEncodingContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: JSONValueEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil(forKey key: Key) throws { encoder.append(.null, for: key) }
    func encode(_ value: Bool, forKey key: Key) throws { encoder.append(.bool(value), for: key) }
    func encode(_ value: String, forKey key: Key) throws { encoder.append(.string(value), for: key) }

    @inline(__always)
    func encode(_ value: some FixedWidthInteger & Encodable, forKey key: Key) throws {
        encoder.append(JSONValue(integer: value), for: key)
    }

    // The standard library has bodies of its own for these, which say that they are not supported.
    func encode(_ value: Int128, forKey key: Key) throws { encoder.append(JSONValue(integer: value), for: key) }
    func encode(_ value: UInt128, forKey key: Key) throws { encoder.append(JSONValue(integer: value), for: key) }

    func encode(_ value: Double, forKey key: Key) throws {
        guard let json = JSONValue(finite: value) else { throw refusal(of: value, at: key) }
        encoder.append(json, for: key)
    }

    func encode(_ value: Float, forKey key: Key) throws {
        guard let json = JSONValue(finite: value) else { throw refusal(of: value, at: key) }
        encoder.append(json, for: key)
    }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        encoder.append(try encoder.json(of: value, at: key), for: key)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        encoder.part(for: key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder.part(for: key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder.appendPart(for: JSONCodingKey.super) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder.appendPart(for: key) }

    private func refusal(of value: some BinaryFloatingPoint, at key: Key) -> EncodingError {
        encoder.refusal(of: value, at: key, "JSON has no such number")
    }
}
