internal import JobTransport

/// The parameters of a call in the order in which they are sent.
package struct QueryForm: Hashable, Sendable {
    private var pairs: [(name: String, value: String)] = []

    package init() {}

    package static func == (left: QueryForm, right: QueryForm) -> Bool { left.bytes == right.bytes }

    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// Adds a parameter; nothing for nil.
    package mutating func add(_ name: String, _ value: String?) {
        if let value { pairs.append((name, value)) }
    }

    /// Adds a number; nothing for nil.
    package mutating func add(_ name: String, _ value: Int?) { add(name, value.map { "\($0)" }) }

    /// Adds a flag; nothing for nil.
    package mutating func add(_ name: String, _ value: Bool?) { add(name, value.map { $0 ? "true" : "false" }) }

    /// Adds a flat list: `name.1`, `name.2`.
    package mutating func add(list name: String, _ values: [String]) {
        for (index, value) in values.enumerated() { add("\(name).\(index + 1)", value) }
    }

    /// Adds the elements of a list that have parts of their own.
    package mutating func add<Element>(
        list name: String, _ elements: [Element], _ write: (Element, _ prefix: String, inout QueryForm) -> Void
    ) {
        for (index, element) in elements.enumerated() { write(element, "\(name).\(index + 1)", &self) }
    }

    /// Adds all of another form after a prefix.
    package mutating func append(_ other: QueryForm, prefix: String = "") {
        pairs += other.pairs.map { (prefix + $0.name, $0.value) }
    }

    /// The value of a parameter, for tests.
    package subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// The names in their order, for tests.
    package var names: [String] { pairs.map(\.name) }

    /// The form as the body of a request.
    package var bytes: [UInt8] {
        Array(
            pairs.map { "\(PercentEncoding.encodeForm($0.name))=\(PercentEncoding.encodeForm($0.value))" }
                .joined(separator: "&").utf8)
    }
}
