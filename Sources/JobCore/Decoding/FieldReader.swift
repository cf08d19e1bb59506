/// Collects faults while a document is read, so that one answer names them all.
package final class IssueList {
    package private(set) var issues: [FieldIssue] = []
    private var settled: [String] = []

    package init() {}

    /// Whether no more faults are kept, so that looking for them is of no use.
    package var isFull: Bool { issues.count >= InvalidJob.issuesKept }

    /// Notes a fault, unless the same place was found faulty before ``settle()``.
    package func add(_ path: String, _ message: String) {
        guard !isFull else { return }
        guard !settled.contains(where: { Self.isSamePlace($0, path) }) else { return }
        issues.append(FieldIssue(path: path, message: message))
    }

    /// From here on, faults at places that are noted already are only consequences and left out.
    package func settle() {
        settled = issues.map(\.path)
    }

    /// Whether two paths are equal or one lies inside the other.
    private static func isSamePlace(_ left: String, _ right: String) -> Bool {
        let (short, long) = left.utf8.count < right.utf8.count ? (left, right) : (right, left)
        guard long.hasPrefix(short) else { return false }
        let next = long.utf8.dropFirst(short.utf8.count).first
        return next == nil || next == UInt8(ascii: ".") || next == UInt8(ascii: "[")
    }
}

/// Reads the fields of one JSON object and refuses what it does not know.
package struct FieldReader {
    package let path: String
    package let issues: IssueList
    private let object: JSONObject
    /// A list and not a set: hashing these few short names costs stores more than reading the whole document.
    private var known: [String] = []

    /// A reader of `value`; nil, with a fault noted, when it is no object.
    package init?(_ value: JSONValue, path: String, issues: IssueList) {
        guard case .object(let object) = value else {
            issues.add(path, "must be an object, not a \(value.typeName)")
            return nil
        }
        self.object = object
        self.path = path
        self.issues = issues
        known.reserveCapacity(Self.fieldsExpected)
    }

    /// About as many fields as any kind of object has.
    private static let fieldsExpected = 20

    /// The value of a field; nil when it is absent or null.
    package mutating func value(_ key: String) -> JSONValue? {
        known.append(key)
        guard let value = object[key], value != .null else { return nil }
        return value
    }

    package func path(of key: String) -> String { FieldIssue.join(path, key) }

    package func fault(_ key: String, _ message: String) {
        issues.add(path(of: key), message)
    }

    /// Reads a field through a conversion; notes a fault when the conversion gives nil.
    package mutating func read<Value>(_ key: String, as shape: String, _ convert: (JSONValue) -> Value?) -> Value? {
        guard let value = value(key) else { return nil }
        if let converted = convert(value) { return converted }
        let isSimple =
            switch value {
            case .array, .object, .bool: true;
            default: false
            }
        fault(key, isSimple ? "must be \(shape), not a \(value.typeName)" : "must be \(shape)")
        return nil
    }

    package mutating func string(_ key: String) -> String? { read(key, as: "a text", \.stringValue) }

    package mutating func required(_ key: String) -> String? {
        if let value = object[key], value != .null { return string(key) }
        known.append(key)
        fault(key, "is required")
        return nil
    }

    package mutating func integer(_ key: String) -> Int? {
        read(key, as: "a whole number") { $0.integerValue.flatMap(Int.init(exactly:)) }
    }

    package mutating func number(_ key: String) -> Double? { read(key, as: "a number", \.numberValue) }

    package mutating func bool(_ key: String) -> Bool? { read(key, as: "true or false", \.boolValue) }

    package mutating func duration(_ key: String) -> Duration? {
        read(key, as: "a duration such as 90s, 10m or 1h30m, or a number of seconds, not negative") { value in
            if let text = value.stringValue { return Duration(jobText: text) }
            return value.numberValue.flatMap(Duration.init(validSeconds:))
        }
    }

    package mutating func time(_ key: String) -> Timestamp? {
        read(key, as: "an RFC 3339 time with a zone, such as 2026-12-01T02:00:00Z") {
            $0.stringValue.flatMap(Timestamp.init)
        }
    }

    package mutating func bytes(_ key: String) -> ByteCount? {
        read(key, as: "a size such as 256MiB, or a number of bytes") { value in
            if let text = value.stringValue { return ByteCount(jobText: text) }
            return value.integerValue.flatMap { $0 >= 0 ? ByteCount($0) : nil }
        }
    }

    package mutating func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice?
    where Choice.RawValue == String {
        if object[key] == nil {
            known.append(key)
            return nil
        }
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return read(key, as: "one of \(names)") { $0.stringValue.flatMap(Choice.init(rawValue:)) }
    }

    /// A map of texts; numbers and booleans are taken as they are written, as people expect of YAML.
    package mutating func texts(_ key: String) -> [(key: String, value: String)] {
        guard let value = value(key) else { return [] }
        guard case .object(let members) = value else {
            fault(key, "must be an object of texts, not a \(value.typeName)")
            return []
        }
        return members.compactMap { name, item in
            switch item {
            case .string(let text): return (name, text)
            case .integer, .number, .bool: return (name, item.text)
            case .null, .array, .object:
                if !issues.isFull {
                    issues.add(FieldIssue.join(path(of: key), name), "must be a text, not a \(item.typeName)")
                }
                return nil
            }
        }
    }

    package mutating func textMap(_ key: String) -> [String: String] {
        let found = texts(key)
        return found.isEmpty ? [:] : Dictionary(found.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// A list of texts; nil when absent.
    package mutating func textList(_ key: String) -> [String]? {
        guard let value = value(key) else { return nil }
        guard case .array(let items) = value else {
            fault(key, "must be a list of texts, not a \(value.typeName)")
            return nil
        }
        return items.enumerated().compactMap { index, item in
            switch item {
            case .string(let text): return text
            case .integer, .number, .bool: return item.text
            case .null, .array, .object:
                if !issues.isFull { fault("\(key)[\(index)]", "must be a text, not a \(item.typeName)") }
                return nil
            }
        }
    }

    /// The elements of a list with their paths; empty when absent.
    package mutating func list(_ key: String) -> [(path: String, value: JSONValue)] {
        guard let value = value(key) else { return [] }
        guard case .array(let items) = value else {
            fault(key, "must be a list, not a \(value.typeName)")
            return []
        }
        return items.enumerated().map { ("\(path(of: key))[\($0)]", $1) }
    }

    /// Notes a fault for each field that nobody asked for.
    package func finish(readOnly: Set<String> = []) {
        for (key, _) in object where !known.contains(key) {
            // A document may have very many, and suggestions cost more than everything else about them.
            guard !issues.isFull else { return }
            let shown = String(key.prefix(80))
            if readOnly.contains(key) {
                fault(shown, "is read-only: JobKit sets it")
            } else {
                fault(shown, "is not a known field\(suggestion(for: key))")
            }
        }
    }

    private func suggestion(for key: String) -> String {
        guard key.utf8.count <= 40 else { return "" }
        let near = known.min { distance(key, $0) < distance(key, $1) }
        guard let near, distance(key, near) <= 2 else { return "" }
        return "; did you mean \(near)?"
    }

    /// How many letters must change to make one word of the other, without regard to case (Levenshtein).
    private func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.lowercased()), Array(right.lowercased()))
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
