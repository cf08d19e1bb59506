/// The parameters of a query call: flat names with dots and numbers, seen as a tree.
struct QueryForm: Hashable, Sendable {
    private(set) var pairs: [String: String]

    init(pairs: [String: String] = [:]) {
        self.pairs = pairs
    }

    /// Reads an `application/x-www-form-urlencoded` text; the last of repeated names counts.
    init(encoded: String) {
        pairs = [:]
        for part in encoded.split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs[Self.decode(sides[0])] = sides.count == 2 ? Self.decode(sides[1]) : ""
        }
    }

    subscript(name: String) -> String? { pairs[name] }

    /// A list of texts: `name.1`, `name.2` …, in the order of their numbers.
    func list(_ name: String) -> [String] {
        numbers(under: name).compactMap { pairs["\(name).\($0)"] }
    }

    /// A list of structures, in the order of their numbers.
    func structures(_ name: String) -> [QueryForm] {
        numbers(under: name).map { nested("\(name).\($0)") }
    }

    /// What lies below a name.
    func nested(_ name: String) -> QueryForm {
        let prefix = name + "."
        var below: [String: String] = [:]
        for (key, value) in pairs where key.hasPrefix(prefix) { below[String(key.dropFirst(prefix.count))] = value }
        return QueryForm(pairs: below)
    }

    /// A flag; nil when it is absent.
    func flag(_ name: String) throws -> Bool? {
        switch pairs[name]?.lowercased() {
        case nil: nil
        case "true": true
        case "false": false
        case let other?: throw EC2Refusal("InvalidParameterValue", "Invalid value '\(other)' for \(name)")
        }
    }

    /// A whole number; nil when it is absent.
    func integer(_ name: String) throws -> Int? {
        guard let text = pairs[name] else { return nil }
        guard let number = Int(text) else {
            throw EC2Refusal("InvalidParameterValue", "Invalid value '\(text)' for \(name)")
        }
        return number
    }

    /// A text that must be there.
    func required(_ name: String) throws -> String {
        guard let text = pairs[name], !text.isEmpty else {
            throw EC2Refusal("MissingParameter", "The request must contain the parameter \(name)")
        }
        return text
    }

    /// Whether nothing is there.
    var isEmpty: Bool { pairs.isEmpty }

    private func numbers(under name: String) -> [Int] {
        let prefix = name + "."
        var numbers: Set<Int> = []
        for key in pairs.keys where key.hasPrefix(prefix) {
            if let number = Int(key.dropFirst(prefix.count).prefix { $0 != "." }) { numbers.insert(number) }
        }
        return numbers.sorted()
    }

    private static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
