/// The one value of a place that is being decoded.
struct JSONSingleValueDecodingContainer: SingleValueDecodingContainer {
    let decoder: JSONValueDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.json.isWrittenAsNull }
    func decode(_ type: Bool.Type) throws -> Bool { try fitting { $0.boolValue } }
    func decode(_ type: String.Type) throws -> String { try fitting { $0.stringValue } }
    func decode(_ type: Double.Type) throws -> Double { try fitting { $0.finiteDouble } }
    func decode(_ type: Float.Type) throws -> Float { try fitting { $0.finiteFloat } }

    @inline(__always)
    func decode<Integer: FixedWidthInteger & Decodable>(_ type: Integer.Type) throws -> Integer {
        try fitting { $0.integer(as: type) }
    }

    // The standard library has bodies of its own for these, which say that they are not supported.
    func decode(_ type: Int128.Type) throws -> Int128 { try fitting { $0.integer(as: type) } }
    func decode(_ type: UInt128.Type) throws -> UInt128 { try fitting { $0.integer(as: type) } }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.value(type) }

    @inline(__always)
    private func fitting<Value>(_ read: (JSONValue) -> Value?) throws -> Value {
        guard let value = read(decoder.json) else { throw decoder.unfit(Value.self) }
        return value
    }
}
