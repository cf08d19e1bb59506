/// Turns a typed value into JSON while it is encoded, without text in between.
///
/// An encoder stands for one place in the JSON and is the state behind all containers of that place, so that a class
/// and its superclass can fill one object. The encoders up to the top are the coding path: no path is put together
/// until somebody asks for it.
final class JSONValueEncoder: Encoder {
    /// How deep lists and objects may nest: what nests deeper could not be read again.
    static let depthLimit = 64

    private enum Content { case nothing, value, list, object, contradiction }

    private let parent: JSONValueEncoder?
    private let key: (any CodingKey)?
    /// How many lists and objects stand around this place.
    private let depth: Int

    private var content = Content.nothing
    private var value = JSONValue.null
    // Not checked for accesses that overlap, as nothing is called while they are changed.
    @exclusivity(unchecked) private var items: [JSONValue] = []
    @exclusivity(unchecked) private var members = JSONMembers()
    /// Encoders of parts that others may still write to, by their places in the list or object.
    private var parts: [Int: JSONValueEncoder] = [:]

    private init(parent: JSONValueEncoder? = nil, key: (any CodingKey)? = nil) {
        self.parent = parent
        self.key = key
        depth = parent.map { $0.depth + 1 } ?? 0
    }

    /// The JSON of a value.
    ///
    /// - Throws: `EncodingError`, and whatever the value throws.
    static func json<Value: Encodable>(of value: Value) throws -> JSONValue {
        if let plain = JSONValue(plain: value, depth: 0) { return plain }
        guard let json = try JSONValueEncoder().encoded(value) else {
            throw EncodingError.invalidValue(
                value, EncodingError.Context(codingPath: [], debugDescription: "\(Value.self) did not encode anything"))
        }
        return json
    }

    var codingPath: [any CodingKey] {
        var path: [any CodingKey] = []
        var place: JSONValueEncoder? = self
        while let encoder = place {
            if let key = encoder.key { path.append(key) }
            place = encoder.parent
        }
        return path.reversed()
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        becomeObject()
        return KeyedEncodingContainer(JSONKeyedEncodingContainer(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        becomeList()
        return JSONUnkeyedEncodingContainer(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        JSONSingleValueEncodingContainer(encoder: self)
    }

    /// An error about a part of this place.
    func refusal(of value: some Any, at key: (any CodingKey)? = nil, _ reason: String) -> EncodingError {
        .invalidValue(
            value,
            EncodingError.Context(codingPath: codingPath + (key.map { [$0] } ?? []), debugDescription: reason))
    }
}

// MARK: - A whole value

extension JSONValueEncoder {
    /// The JSON of a part of this place.
    func json<Value: Encodable>(of value: Value, at key: some CodingKey) throws -> JSONValue {
        if let plain = JSONValue(plain: value, depth: depth + 1) { return plain }
        return try JSONValueEncoder(parent: self, key: key).encoded(value) ?? .object(JSONObject())
    }

    private func encoded<Value: Encodable>(_ value: Value) throws -> JSONValue? {
        do {
            try encode(value)
            return try finished()
        } catch {
            abandon()
            throw error
        }
    }

    /// Lets a value encode itself at this place.
    private func encode<Value: Encodable>(_ value: Value) throws {
        if depth > Self.depthLimit { throw refusal(of: value, Self.tooDeep) }
        if JSONValue.isOnlyPlain(Value.self) { throw refusal(of: value, "JSON has no such number") }
        try value.encode(to: self)
    }

    /// What was encoded at this place, or nil when nothing was.
    private func finished() throws -> JSONValue? {
        switch content {
        case .nothing: return nil
        case .value: return value
        case .list:
            try finishParts { items[$0] = $1 }
            return try withinDepth(.array(items))
        case .object:
            try finishParts { members[$0] = $1 }
            return try withinDepth(.object(members.sorted()))
        case .contradiction: throw refusal(of: value, "two values were encoded at one place")
        }
    }

    private func finishParts(_ replace: (Int, JSONValue) -> Void) throws {
        for (place, part) in parts { replace(place, try part.finished() ?? .object(JSONObject())) }
        parts = [:]
    }

    private func withinDepth(_ json: JSONValue) throws -> JSONValue {
        if depth >= Self.depthLimit { throw refusal(of: json, Self.tooDeep) }
        return json
    }

    /// Parts know the place around them and the other way round, until the value is finished.
    private func abandon() {
        for part in parts.values { part.abandon() }
        parts = [:]
    }

    private static let tooDeep = "the value nests deeper than \(depthLimit) levels"
}

// MARK: - What containers write

extension JSONValueEncoder {
    /// How many elements the list has so far.
    var count: Int { items.count }

    /// Writes the one value of this place.
    func set(_ json: JSONValue) {
        switch content {
        case .nothing:
            value = json
            content = .value
        case .value: content = .contradiction
        // What containers hold already stays, as in Foundation's encoder.
        case .list, .object, .contradiction: break
        }
    }

    /// Writes the one value of this place, which may be an object for others to go on with.
    func set<Value: Encodable>(encoded value: Value) throws {
        if let plain = JSONValue(plain: value, depth: depth) { return set(plain) }
        try encode(value)
        if content == .nothing { set(.object(JSONObject())) }
    }

    /// Adds an element to the list.
    func append(_ json: JSONValue) {
        items.append(json)
    }

    /// Adds a member to the object.
    func append(_ json: JSONValue, for key: some CodingKey) {
        members.append(json, for: key.stringValue)
    }

    /// The encoder of a new element of the list.
    func appendPart() -> JSONValueEncoder {
        let part = JSONValueEncoder(parent: self, key: JSONCodingKey.index(items.count))
        parts[items.count] = part
        items.append(.null)
        return part
    }

    /// The encoder of a new member of the object.
    func appendPart(for key: some CodingKey) -> JSONValueEncoder {
        let part = JSONValueEncoder(parent: self, key: key)
        parts[members.append(.null, for: key.stringValue)] = part
        return part
    }

    /// The encoder of a member of the object, which goes on with what stands there.
    func part(for key: some CodingKey) -> JSONValueEncoder {
        guard let place = members.place(of: key.stringValue) else { return appendPart(for: key) }
        if let part = parts[place] { return part }
        let part = JSONValueEncoder(parent: self, key: key)
        part.set(members[place])
        parts[place] = part
        return part
    }

    private func becomeObject() {
        switch content {
        case .nothing: content = .object
        case .value:
            guard case .object(let object) = value else { return content = .contradiction }
            members = JSONMembers(object.members)
            content = .object
        case .list: content = .contradiction
        case .object, .contradiction: break
        }
    }

    private func becomeList() {
        switch content {
        case .nothing: content = .list
        case .value:
            guard case .array(let list) = value else { return content = .contradiction }
            items = list
            content = .list
        case .object: content = .contradiction
        case .list, .contradiction: break
        }
    }
}
