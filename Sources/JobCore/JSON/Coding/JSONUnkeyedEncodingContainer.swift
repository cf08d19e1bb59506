/// The elements of a list that is being encoded.
struct JSONUnkeyedEncodingContainer: UnkeyedEncodingContainer {
    let encoder: JSONValueEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }
    var count: Int { encoder.count }

    func encodeNil() throws { encoder.append(.null) }
    func encode(_ value: Bool) throws { encoder.append(.bool(value)) }
    func encode(_ value: String) throws { encoder.append(.string(value)) }
    @inline(__always)
    func encode(_ value: some FixedWidthInteger & Encodable) throws { encoder.append(JSONValue(integer: value)) }
    // The standard library has bodies of its own for these, which say that they are not supported.
    func encode(_ value: Int128) throws { encoder.append(JSONValue(integer: value)) }
    func encode(_ value: UInt128) throws { encoder.append(JSONValue(integer: value)) }

    func encode(_ value: Double) throws {
        guard let json = JSONValue(finite: value) else { throw refusal(of: value) }
        encoder.append(json)
    }

    func encode(_ value: Float) throws {
        guard let json = JSONValue(finite: value) else { throw refusal(of: value) }
        encoder.append(json)
    }

    func encode(_ value: some Encodable) throws {
        encoder.append(try encoder.json(of: value, at: JSONCodingKey.index(encoder.count)))
    }

    func nestedContainer<NestedKey: CodingKey>(keyedBy keyType: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> {
        encoder.appendPart().container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder.appendPart().unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder.appendPart() }

    private func refusal(of value: some BinaryFloatingPoint) -> EncodingError {
        encoder.refusal(of: value, at: JSONCodingKey.index(encoder.count), "JSON has no such number")
    }
}
