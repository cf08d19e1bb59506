/// Reads a typed value from JSON, without text in between.
///
/// A decoder stands for one place in the JSON. The decoders up to the top are the coding path: no path is put together
/// until somebody asks for it.
final class JSONValueDecoder: Decoder {
    /// How deep lists and objects may nest, as in Foundation's decoder.
    static let depthLimit = 512

    let json: JSONValue
    private let parent: JSONValueDecoder?
    private let key: (any CodingKey)?
    /// How many lists and objects stand around this place.
    private let depth: Int
    /// Where names stand; only for objects with many members, which looking at each name would make quadratic.
    private lazy var places = Dictionary(
        members.indices.map { (members[$0].key, $0) }, uniquingKeysWith: { first, _ in first })

    private init(_ json: JSONValue, parent: JSONValueDecoder? = nil, key: (any CodingKey)? = nil) {
        self.json = json
        self.parent = parent
        self.key = key
        depth = parent.map { $0.depth + 1 } ?? 0
    }

    /// The value that the JSON stands for.
    ///
    /// - Throws: `DecodingError`, and whatever the type throws.
    static func value<Value: Decodable>(_ type: Value.Type, from json: JSONValue) throws -> Value {
        guard JSONValue.isPlain(type) else { return try Value(from: JSONValueDecoder(json)) }
        do { return try json.plain(type, depth: 0) } catch { throw DecodingError.unfit(json, for: type, at: []) }
    }

    var codingPath: [any CodingKey] {
        var path: [any CodingKey] = []
        var place: JSONValueDecoder? = self
        while let decoder = place {
            if let key = decoder.key { path.append(key) }
            place = decoder.parent
        }
        return path.reversed()
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object = json else { throw unfit([String: Any].self) }
        try checkDepth()
        return KeyedDecodingContainer(JSONKeyedDecodingContainer(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let items) = json else { throw unfit([Any].self) }
        try checkDepth()
        return JSONUnkeyedDecodingContainer(decoder: self, items: items)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        JSONSingleValueDecodingContainer(decoder: self)
    }

    /// The members of this place's object.
    var members: [(key: String, value: JSONValue)] {
        guard case .object(let object) = json else { return [] }
        return object.members
    }

    /// The value of a member, or nil when there is none of that name.
    func member(_ name: String) -> JSONValue? {
        let members = members
        if members.count > JSONMembers.smallCount { return places[name].map { members[$0].value } }
        for index in members.indices where members[index].key == name { return members[index].value }
        return nil
    }

    /// The decoder of a part of this place.
    func part(_ json: JSONValue, at key: some CodingKey) -> JSONValueDecoder {
        JSONValueDecoder(json, parent: self, key: key)
    }

    /// The value that a part of this place stands for.
    func value<Value: Decodable>(_ type: Value.Type, from json: JSONValue, at key: some CodingKey) throws -> Value {
        guard JSONValue.isPlain(type) else { return try Value(from: part(json, at: key)) }
        do { return try json.plain(type, depth: depth + 1) } catch { throw unfit(json, for: type, at: key) }
    }

    /// The value that this place stands for.
    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard JSONValue.isPlain(type) else { return try Value(from: self) }
        do { return try json.plain(type, depth: depth) } catch { throw unfit(type) }
    }

    /// The error for this place, whose JSON does not fit a type.
    func unfit(_ type: any Any.Type) -> DecodingError { .unfit(json, for: type, at: codingPath) }

    /// The error for a part of this place, whose JSON does not fit a type.
    func unfit(_ json: JSONValue, for type: any Any.Type, at key: some CodingKey) -> DecodingError {
        .unfit(json, for: type, at: codingPath + [key])
    }

    private func checkDepth() throws {
        guard depth >= Self.depthLimit else { return }
        throw DecodingError.dataCorrupted(
            DecodingError.Context(
                codingPath: codingPath, debugDescription: "the value nests deeper than \(Self.depthLimit) levels"))
    }
}
