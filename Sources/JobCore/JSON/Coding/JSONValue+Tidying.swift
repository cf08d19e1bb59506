extension JSONValue {
    /// Whether encoding and decoding leave the value as it is: no whole numbers as doubles, and names in order.
    ///
    /// False also for what nests deeper than the limit, and, to be quick, for several names that are not all ASCII: those
    /// are looked at the long way.
    func isTidy(depth: Int, limit: Int) -> Bool {
        switch self {
        case .null, .bool, .integer, .string: true
        case .number(let number): number.isFinite && integer(as: Int64.self) == nil
        case .array(let items):
            depth < limit && items.allSatisfy { $0.isTidy(depth: depth + 1, limit: limit) }
        case .object(let object):
            depth < limit && JSONMembers.areInOrder(object.members)
                && object.members.allSatisfy { $0.value.isTidy(depth: depth + 1, limit: limit) }
        }
    }

    /// The value as it is decoded, or nil when it nests too deep.
    ///
    /// Whole numbers are integers, names stand in order, and numbers that JSON cannot hold are null.
    func decoded(depth: Int) -> JSONValue? {
        isTidy(depth: depth, limit: JSONValueDecoder.depthLimit) ? self : tidied(depth: depth)
    }

    private func tidied(depth: Int) -> JSONValue? {
        switch self {
        case .null, .bool, .integer, .string: return self
        case .number(let number):
            guard number.isFinite else { return .null }
            return integer(as: Int64.self).map(JSONValue.integer) ?? self
        case .array(let items):
            guard depth < JSONValueDecoder.depthLimit else { return nil }
            var tidied: [JSONValue] = []
            tidied.reserveCapacity(items.count)
            for item in items {
                guard let item = item.tidied(depth: depth + 1) else { return nil }
                tidied.append(item)
            }
            return .array(tidied)
        case .object(let object):
            guard depth < JSONValueDecoder.depthLimit else { return nil }
            var members: [String: JSONValue] = [:]
            for (name, value) in object where members[name] == nil {
                guard let value = value.tidied(depth: depth + 1) else { return nil }
                members[name] = value
            }
            return .object(JSONObject(uniqueMembers: members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        }
    }
}
