/// An ordered list of header fields; names compare without regard to ASCII case.
///
/// A name may occur several times. Nothing is checked when a field is added; ``HTTPRequest/validate()`` refuses names
/// that are no tokens and values with control characters, so nothing can be smuggled into a request.
public struct HTTPHeaders: Hashable, Sendable {
    /// One header field.
    public struct Field: Hashable, Sendable {
        /// The name as given; compare with ``isNamed(_:)``.
        public var name: String
        /// The value, without surrounding white space when received; may be empty.
        public var value: String

        /// Makes a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        /// Whether the name equals the given one, without regard to ASCII case.
        public func isNamed(_ other: String) -> Bool {
            ASCII.equalIgnoringCase(name, other)
        }
    }

    /// The fields in order.
    public private(set) var fields: [Field]

    /// Makes a list of fields, empty by default.
    public init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// The first value with that name; setting replaces every field of that name, `nil` removes them.
    public subscript(name: String) -> String? {
        get { fields.first { $0.isNamed(name) }?.value }
        set {
            guard let newValue else {
                fields.removeAll { $0.isNamed(name) }
                return
            }
            guard let index = fields.firstIndex(where: { $0.isNamed(name) }) else {
                fields.append(Field(name: name, value: newValue))
                return
            }
            fields[index].value = newValue
            let kept = fields[...index]
            fields = kept + fields[(index + 1)...].filter { !$0.isNamed(name) }
        }
    }

    /// All values with that name, in order; empty when there is none.
    public func values(named name: String) -> [String] {
        fields.compactMap { $0.isNamed(name) ? $0.value : nil }
    }

    /// Whether a field of that name is present.
    public func contains(_ name: String) -> Bool {
        fields.contains { $0.isNamed(name) }
    }

    /// Appends a field and keeps those of the same name.
    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Appends a continuation line to the last value, as RFC 9112 §5.2 asks of a client that meets `obs-fold`.
    package mutating func extendLast(with text: String) {
        guard !fields.isEmpty else { return }
        fields[fields.count - 1].value += fields[fields.count - 1].value.isEmpty ? text : " " + text
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// Makes a list of fields in the order written; a repeated name is kept twice.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Field(name: $0.0, value: $0.1) })
    }
}

extension HTTPHeaders: RandomAccessCollection {
    /// The position of the first field.
    public var startIndex: Int { fields.startIndex }
    /// The position after the last field.
    public var endIndex: Int { fields.endIndex }
    /// The field at that position.
    public subscript(position: Int) -> Field { fields[position] }
}
