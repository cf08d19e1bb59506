internal import JobCore

/// Reads the parameters of a query, notes each fault under the parameter's name, and refuses what it does not know.
struct QueryReader {
    private let pairs: [(name: String, value: String)]
    private var known: Set<String> = []
    private var issues: [FieldIssue] = []

    /// Reads the part of the URL after the question mark.
    ///
    /// - Throws: ``Problem`` when it is not well-formed.
    init(_ query: String?) throws(Problem) {
        guard let query, !query.isEmpty else {
            pairs = []
            return
        }
        var pairs: [(String, String)] = []
        for part in query.utf8.split(separator: UInt8(ascii: "&"), maxSplits: Self.mostParameters) {
            guard pairs.count < Self.mostParameters else { throw .badRequest("the query has too many parameters") }
            let text = Substring(part)
            let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")) ?? text.endIndex
            guard let name = PercentCoding.decode(text[..<sign], plusIsSpace: true),
                let value = PercentCoding.decode(String(text.utf8[sign...].dropFirst()) ?? "", plusIsSpace: true)
            else { throw .badRequest("the query is not well-formed") }
            pairs.append((name, value))
        }
        self.pairs = pairs
    }

    private static let mostParameters = 100

    /// All values of a parameter that may be repeated.
    mutating func all(_ name: String) -> [String] {
        known.insert(name)
        return pairs.filter { $0.name == name }.map(\.value)
    }

    /// The value of a parameter; nil when it is absent.
    mutating func text(_ name: String) -> String? {
        let values = all(name)
        if values.count > 1 { fault(name, "must be given once") }
        return values.first
    }

    /// Reads a parameter through a conversion; notes a fault when the conversion gives nil.
    mutating func read<Value>(_ name: String, as shape: String, _ convert: (String) -> Value?) -> Value? {
        guard let text = text(name) else { return nil }
        if let value = convert(text) { return value }
        fault(name, "must be \(shape)")
        return nil
    }

    mutating func integer<Number: FixedWidthInteger>(_ name: String, _ range: ClosedRange<Number>) -> Number? {
        read(name, as: "a whole number between \(range.lowerBound) and \(range.upperBound)") { text in
            // Only digits: no sign, no spaces.
            guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
            return Number(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func bool(_ name: String) -> Bool? {
        read(name, as: "true or false") { ["true": true, "false": false][$0] }
    }

    /// A number of seconds, or with its unit `ms`, `s` or `m`.
    mutating func duration(_ name: String) -> Duration? {
        read(name, as: "a duration such as 30s") { text in
            let digits = text.utf8.prefix { (48...57).contains($0) }
            let unit = text.dropFirst(digits.count)
            guard (1...6).contains(digits.count), let number = Int(text.prefix(digits.count)) else { return nil }
            return [
                "": .seconds(number), "s": .seconds(number), "ms": .milliseconds(number), "m": .seconds(number * 60),
            ][
                String(unit)]
        }
    }

    mutating func time(_ name: String) -> Timestamp? {
        read(name, as: "an RFC 3339 time with a zone, such as 2026-12-01T02:00:00Z") { Timestamp($0) }
    }

    /// Notes a fault.
    mutating func fault(_ name: String, _ message: String) {
        issues.append(FieldIssue(path: name, message: message))
    }

    /// Ends the reading.
    ///
    /// - Throws: ``Problem`` naming every wrong and every unknown parameter.
    mutating func finish() throws(Problem) {
        for pair in pairs where !known.contains(pair.name) {
            fault(String(pair.name.prefix(80)), "is not a known parameter")
        }
        guard issues.isEmpty else {
            throw .badRequest(
                "the query is wrong: \(issues.prefix(20).map(\.description).joined(separator: "; "))",
                errors: Array(issues.prefix(20)))
        }
    }
}
