/// A step of a coding path that no type has declared.
///
/// Small enough to stand in an `any CodingKey` without memory of its own.
enum JSONCodingKey: CodingKey {
    /// A place in a list, from 0.
    case index(Int)
    /// The part of a superclass.
    case `super`

    var stringValue: String {
        switch self {
        case .index(let index): "Index \(index)"
        case .super: "super"
        }
    }

    var intValue: Int? {
        guard case .index(let index) = self else { return nil }
        return index
    }

    init?(stringValue: String) {
        guard stringValue == "super" else { return nil }
        self = .super
    }

    init?(intValue: Int) {
        self = .index(intValue)
    }
}
