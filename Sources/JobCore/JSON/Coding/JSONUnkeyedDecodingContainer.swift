/// The elements of a list that is being decoded.
struct JSONUnkeyedDecodingContainer: UnkeyedDecodingContainer {
    private let decoder: JSONValueDecoder
    private let items: [JSONValue]
    private(set) var currentIndex = 0

    init(decoder: JSONValueDecoder, items: [JSONValue]) {
        self.decoder = decoder
        self.items = items
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    mutating func decodeNil() throws -> Bool {
        guard try next(for: Never.self).isWrittenAsNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try fitting { $0.boolValue } }
    mutating func decode(_ type: String.Type) throws -> String { try fitting { $0.stringValue } }
    mutating func decode(_ type: Double.Type) throws -> Double { try fitting { $0.finiteDouble } }
    mutating func decode(_ type: Float.Type) throws -> Float { try fitting { $0.finiteFloat } }

    @inline(__always)
    mutating func decode<Integer: FixedWidthInteger & Decodable>(_ type: Integer.Type) throws -> Integer {
        try fitting { $0.integer(as: type) }
    }

    // The standard library has bodies of its own for these, which say that they are not supported.
    mutating func decode(_ type: Int128.Type) throws -> Int128 { try fitting { $0.integer(as: type) } }
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try fitting { $0.integer(as: type) } }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try decoder.value(type, from: next(for: type), at: JSONCodingKey.index(currentIndex))
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        let container = try part(for: KeyedDecodingContainer<NestedKey>.self).container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try part(for: (any UnkeyedDecodingContainer).self).unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try part(for: (any Decoder).self)
        currentIndex += 1
        return decoder
    }

    @inline(__always)
    private mutating func fitting<Value>(_ read: (JSONValue) -> Value?) throws -> Value {
        let json = try next(for: Value.self)
        guard let value = read(json) else {
            throw decoder.unfit(json, for: Value.self, at: JSONCodingKey.index(currentIndex))
        }
        currentIndex += 1
        return value
    }

    private func part(for type: any Any.Type) throws -> JSONValueDecoder {
        decoder.part(try next(for: type), at: JSONCodingKey.index(currentIndex))
    }

    private func next(for type: any Any.Type) throws -> JSONValue {
        guard isAtEnd else { return items[currentIndex] }
        throw DecodingError.valueNotFound(
            type,
            DecodingError.Context(
                codingPath: codingPath + [JSONCodingKey.index(currentIndex)],
                debugDescription: "the list ends before a value of \(type)"))
    }
}
