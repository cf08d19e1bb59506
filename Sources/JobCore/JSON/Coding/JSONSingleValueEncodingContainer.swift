/// The one value of a place that is being encoded.
struct JSONSingleValueEncodingContainer: SingleValueEncodingContainer {
    let encoder: JSONValueEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil() throws { encoder.set(.null) }
    func encode(_ value: Bool) throws { encoder.set(.bool(value)) }
    func encode(_ value: String) throws { encoder.set(.string(value)) }
    @inline(__always)
    func encode(_ value: some FixedWidthInteger & Encodable) throws { encoder.set(JSONValue(integer: value)) }
    // The standard library has bodies of its own for these, which say that they are not supported.
    func encode(_ value: Int128) throws { encoder.set(JSONValue(integer: value)) }
    func encode(_ value: UInt128) throws { encoder.set(JSONValue(integer: value)) }

    func encode(_ value: Double) throws {
        guard let json = JSONValue(finite: value) else { throw refusal(of: value) }
        encoder.set(json)
    }

    func encode(_ value: Float) throws {
        guard let json = JSONValue(finite: value) else { throw refusal(of: value) }
        encoder.set(json)
    }

    func encode(_ value: some Encodable) throws { try encoder.set(encoded: value) }

    private func refusal(of value: some BinaryFloatingPoint) -> EncodingError {
        encoder.refusal(of: value, "JSON has no such number")
    }
}
