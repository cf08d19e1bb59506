internal import JobCore

/// The fields of one YAML mapping while it is read.
struct YAMLFields {
    private var members: [(key: String, value: JSONValue)] = []
    private var lines: [String: Int] = [:]
    private var merged: [(key: String, value: JSONValue)] = []

    /// The line in which a field of this name stands already.
    func line(of key: String) -> Int? { lines[key] }

    mutating func add(_ key: String, _ value: JSONValue, line: Int) {
        lines[key] = line
        members.append((key, value))
    }

    /// Takes the value of a merge key: an object, or a list of objects of which the first wins; false for others.
    ///
    /// Source: https://yaml.org/type/merge.html
    mutating func merge(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let object): merged += object.members
        case .array(let items):
            for item in items {
                guard case .object(let object) = item else { return false }
                merged += object.members
            }
        default: return false
        }
        return true
    }

    /// All fields: the written ones, then those merged that are not written.
    var object: JSONObject {
        if merged.isEmpty { return JSONObject(uniqueMembers: members) }
        var known = Set(lines.keys)
        return JSONObject(uniqueMembers: members + merged.filter { known.insert($0.key).inserted })
    }
}
