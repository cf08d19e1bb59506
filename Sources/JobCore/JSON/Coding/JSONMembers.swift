/// The members of an object while it is being encoded.
///
/// Names are not compared when they come, as types hardly ever encode one twice: that is looked at once, in the end.
struct JSONMembers {
    private var members: [(key: String, value: JSONValue)]
    /// Where names stand, as far as somebody asked; only for objects with many members.
    private var places: [String: Int] = [:]
    private var indexed = 0

    /// Up to so many members looking at each name is cheaper than a table.
    static let smallCount = 16

    init(_ members: [(key: String, value: JSONValue)] = []) {
        self.members = members
    }

    /// Adds a member, which replaces those of the same name before it, and returns its place.
    @discardableResult
    mutating func append(_ value: JSONValue, for name: String) -> Int {
        // Most objects have a few members, and an array that grows from one would be copied twice until then.
        if members.isEmpty { members.reserveCapacity(4) }
        members.append((name, value))
        return members.count - 1
    }

    /// The value at a place.
    subscript(place: Int) -> JSONValue {
        get { members[place].value }
        set { members[place].value = newValue }
    }

    /// The place of the member that has a name so far.
    mutating func place(of name: String) -> Int? {
        if members.count <= Self.smallCount { return members.lastIndex { $0.key == name } }
        while indexed < members.count {
            places[members[indexed].key] = indexed
            indexed += 1
        }
        return places[name]
    }

    /// The object, its names in the order of their UTF-8 bytes; of several values of one name the last.
    mutating func sorted() -> JSONObject {
        if !Self.areInOrder(members) {
            // Names that differ in their bytes only are the same text.
            if !members.allSatisfy({ Self.isASCII($0.key) }) {
                members = Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }).map { $0 }
            }
            members.sort { Self.precedes($0.key, $1.key) }
            removeFormer()
        }
        return JSONObject(uniqueMembers: members)
    }

    /// Sorting keeps the order of equal names, so the last of each stays.
    private mutating func removeFormer() {
        guard members.indices.dropFirst().contains(where: { members[$0].key == members[$0 - 1].key }) else { return }
        var last: [(key: String, value: JSONValue)] = []
        for member in members {
            if last.last?.key == member.key { last.removeLast() }
            last.append(member)
        }
        members = last
    }

    /// Whether the names are unique and in the order in which objects are written, as far as a quick look tells.
    ///
    /// False for several names that are not all ASCII: those can differ in their bytes and still be the same text.
    static func areInOrder(_ members: [(key: String, value: JSONValue)]) -> Bool {
        guard members.count > 1 else { return true }
        return isASCII(members[0].key)
            && members.indices.dropFirst().allSatisfy {
                precedes(members[$0 - 1].key, members[$0].key) && isASCII(members[$0].key)
            }
    }

    // Bytes in one piece are looked at where they are, which takes a third of the time of looking at them one by one.

    private static func precedes(_ left: String, _ right: String) -> Bool {
        let precedes = left.utf8.withContiguousStorageIfAvailable { left in
            right.utf8.withContiguousStorageIfAvailable { right in
                for index in 0..<min(left.count, right.count) where left[index] != right[index] {
                    return left[index] < right[index]
                }
                return left.count < right.count
            }
        }
        return (precedes ?? nil) ?? left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func isASCII(_ text: String) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy { $0 < 0x80 } } ?? text.utf8.allSatisfy { $0 < 0x80 }
    }
}
