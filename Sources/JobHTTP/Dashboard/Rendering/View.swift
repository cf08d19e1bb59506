internal import Mustache

/// What a template shows: named texts, flags, parts and lists.
///
/// A name that was given `nil` is known to be absent, so that it is not looked for in the parts around.
struct View: Sendable, MustacheParent {
    private var values: [String: any ViewValue]

    init(_ values: [String: any ViewValue] = [:]) {
        self.values = values
    }

    subscript(_ name: String) -> (any ViewValue)? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// Takes over what another view has.
    mutating func add(_ other: View) { values.merge(other.values) { $1 } }

    func child(named name: String) -> Any? { values[name]?.shown }
}

/// Something that a template can show.
protocol ViewValue: Sendable {
    /// The value as the template engine takes it.
    var shown: Any { get }
}

extension String: ViewValue {
    var shown: Any { self }
}

extension Bool: ViewValue {
    var shown: Any { self }
}

extension Int: ViewValue {
    var shown: Any { String(self) }
}

extension View: ViewValue {
    var shown: Any { self }
}

extension Array: ViewValue where Element: ViewValue {
    var shown: Any { map(\.shown) }
}

extension Optional: ViewValue where Wrapped: ViewValue {
    var shown: Any { self?.shown ?? Absent() }
}

/// Nothing: sections skip it, and it prints as no text.
private struct Absent: MustacheCustomRenderable {
    var renderText: String { "" }
    var isNull: Bool { true }
}
