/// Reads the fields of one object of the queue protocol.
///
/// Fields that it is not asked for are left alone, so that a newer side may say more. The paths of faults grow on the
/// way out, so that a message without faults costs no texts.
package struct WireObject: Sendable {
    package let members: JSONObject

    package init(_ value: JSONValue) throws(WireFault) {
        guard case .object(let object) = value else {
            throw WireFault(path: "", message: "must be an object, not a \(value.typeName)")
        }
        members = object
    }

    /// The value of a field; nil when it is absent or null.
    package subscript(_ name: String) -> JSONValue? {
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    // MARK: Fields that must be there

    package func string(_ name: String) throws(WireFault) -> String { try required(name, try optionalString(name)) }

    package func bool(_ name: String) throws(WireFault) -> Bool {
        try read(name, as: "true or false", \.boolValue) ?? false
    }

    package func integer(_ name: String, in range: ClosedRange<Int>) throws(WireFault) -> Int {
        try required(name, try optionalInteger(name, in: range))
    }

    package func time(_ name: String) throws(WireFault) -> Timestamp { try required(name, try optionalTime(name)) }

    package func duration(_ name: String) throws(WireFault) -> Duration {
        try required(name, try optionalDuration(name))
    }

    package func id(_ name: String) throws(WireFault) -> JobID { try required(name, try optionalID(name)) }

    package func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) throws(WireFault) -> Choice
    where Choice.RawValue == String {
        try required(name, try optionalChoice(name))
    }

    /// Reads a field that is an object of its own.
    package func object<Value>(
        _ name: String, _ read: (WireObject) throws(WireFault) -> Value
    ) throws(WireFault) -> Value {
        try required(name, try optionalObject(name, read))
    }

    /// Reads a field that is a list of objects.
    package func list<Value>(
        _ name: String, atMost limit: Int = .max, _ read: (WireObject) throws(WireFault) -> Value
    ) throws(WireFault) -> [Value] {
        try required(name, try optionalList(name, atMost: limit, read))
    }

    // MARK: Fields that may be there

    package func optionalString(_ name: String) throws(WireFault) -> String? {
        try read(name, as: "a text", \.stringValue)
    }

    package func optionalInteger(_ name: String, in range: ClosedRange<Int>) throws(WireFault) -> Int? {
        try read(name, as: "a whole number from \(range.lowerBound) to \(range.upperBound)") { value in
            value.integerValue.flatMap { range.contains(Int($0)) ? Int($0) : nil }
        }
    }

    package func optionalNumber(_ name: String) throws(WireFault) -> Double? {
        try read(name, as: "a number", \.numberValue)
    }

    package func optionalTime(_ name: String) throws(WireFault) -> Timestamp? {
        try read(name, as: "a number of microseconds since 1970") { $0.integerValue.map(Timestamp.init(microseconds:)) }
    }

    package func optionalDuration(_ name: String) throws(WireFault) -> Duration? {
        try read(name, as: "a number of microseconds") { $0.integerValue.map { .microseconds($0) } }
    }

    package func optionalID(_ name: String) throws(WireFault) -> JobID? {
        try read(name, as: "an id of 36 characters") { $0.stringValue.flatMap(JobID.init) }
    }

    package func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ name: String
    ) throws(WireFault) -> Choice? where Choice.RawValue == String {
        guard let value = self[name] else { return nil }
        if let choice = value.stringValue.flatMap(Choice.init(rawValue:)) { return choice }
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw WireFault(path: name, message: "must be one of \(names)")
    }

    package func optionalObject<Value>(
        _ name: String, _ read: (WireObject) throws(WireFault) -> Value
    ) throws(WireFault) -> Value? {
        guard let value = self[name] else { return nil }
        do throws(WireFault) { return try read(try WireObject(value)) } catch { throw error.prefixed(name) }
    }

    package func optionalList<Value>(
        _ name: String, atMost limit: Int = .max, _ read: (WireObject) throws(WireFault) -> Value
    ) throws(WireFault) -> [Value]? {
        guard let items = try items(name, atMost: limit) else { return nil }
        var values: [Value] = []
        values.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            do throws(WireFault) {
                values.append(try read(try WireObject(item)))
            } catch { throw error.prefixed("\(name)[\(index)]") }
        }
        return values
    }

    /// A list of texts; empty when absent.
    package func strings(_ name: String, atMost limit: Int = .max) throws(WireFault) -> [String] {
        try simple(name, atMost: limit, as: "a text", \.stringValue)
    }

    /// A list of jobs' ids; empty when absent.
    package func ids(_ name: String, atMost limit: Int = .max) throws(WireFault) -> [JobID] {
        try simple(name, atMost: limit, as: "an id of 36 characters") { $0.stringValue.flatMap(JobID.init) }
    }

    /// A map of texts; empty when absent.
    package func texts(_ name: String) throws(WireFault) -> [String: String] {
        try map(name, as: "a text", \.stringValue)
    }

    /// An object whose names are data; empty when absent.
    package func map<Value>(
        _ name: String, as shape: String, _ convert: (JSONValue) -> Value?
    ) throws(WireFault) -> [String: Value] {
        guard let value = self[name] else { return [:] }
        guard case .object(let members) = value else {
            throw WireFault(path: name, message: "must be an object, not a \(value.typeName)")
        }
        var map: [String: Value] = [:]
        for (key, item) in members {
            guard let value = convert(item) else {
                throw WireFault(path: FieldIssue.join(name, String(key.prefix(80))), message: "must be \(shape)")
            }
            map[key] = value
        }
        return map
    }

    // MARK: Parts

    private func simple<Value>(
        _ name: String, atMost limit: Int, as shape: String, _ convert: (JSONValue) -> Value?
    ) throws(WireFault) -> [Value] {
        var values: [Value] = []
        for (index, item) in (try items(name, atMost: limit) ?? []).enumerated() {
            guard let value = convert(item) else {
                throw WireFault(path: "\(name)[\(index)]", message: "must be \(shape)")
            }
            values.append(value)
        }
        return values
    }

    private func items(_ name: String, atMost limit: Int) throws(WireFault) -> [JSONValue]? {
        guard let value = self[name] else { return nil }
        guard case .array(let items) = value else {
            throw WireFault(path: name, message: "must be a list, not a \(value.typeName)")
        }
        guard items.count <= limit else {
            throw WireFault(path: name, message: "has \(items.count) entries; at most \(limit) are taken at once")
        }
        return items
    }

    private func read<Value>(
        _ name: String, as shape: @autoclosure () -> String, _ convert: (JSONValue) -> Value?
    ) throws(WireFault) -> Value? {
        guard let value = self[name] else { return nil }
        guard let converted = convert(value) else { throw WireFault(path: name, message: "must be \(shape())") }
        return converted
    }

    private func required<Value>(_ name: String, _ value: Value?) throws(WireFault) -> Value {
        guard let value else { throw WireFault(path: name, message: "is required") }
        return value
    }
}
