#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

// Types that stand for one JSON value and need no coder of their own: the common ones of the standard library, which
// are most elements of lists, JSON itself, and those to which Foundation's coders give another form than the types.

extension JSONValue {
    /// The JSON of a value of a plain type, or nil when the value must encode itself.
    init?<Value: Encodable>(plain value: Value, depth: Int) {
        if Value.self == String.self {
            self = .string(recast(value, as: String.self))
        } else if Value.self == Int.self {
            self.init(integer: recast(value, as: Int.self))
        } else if Value.self == Double.self {
            self.init(finite: recast(value, as: Double.self))
        } else if Value.self == Bool.self {
            self = .bool(recast(value, as: Bool.self))
        } else if Value.self == JSONValue.self {
            self = recast(value, as: JSONValue.self)
            // Untidy JSON takes the long way, which knows what to do and where it stands.
            if !isTidy(depth: depth, limit: JSONValueEncoder.depthLimit) { return nil }
        } else if Value.self == Date.self {
            self = .string(recast(value, as: Date.self).formatted(.iso8601))
        } else if Value.self == Data.self {
            self = .string(recast(value, as: Data.self).base64EncodedString())
        } else if Value.self == URL.self {
            self = .string(recast(value, as: URL.self).absoluteString)
        } else if Value.self == Decimal.self {
            self.init(decimal: recast(value, as: Decimal.self))
        } else {
            return nil
        }
    }

    /// Whether values of a type may not encode themselves: what a decimal would write is no number.
    static func isOnlyPlain(_ type: any Any.Type) -> Bool { type == Decimal.self }

    /// Whether a type is plain.
    static func isPlain(_ type: any Any.Type) -> Bool {
        type == String.self || type == Int.self || type == Double.self || type == Bool.self || type == JSONValue.self
            || type == Date.self || type == Data.self || type == URL.self || type == Decimal.self
    }

    /// The value as a plain type.
    ///
    /// Errors, not optionals, tell that it does not fit: the runtime would have to look up an optional of a type that
    /// is known only when the program runs.
    func plain<Value: Decodable>(_ type: Value.Type, depth: Int) throws(Unfit) -> Value {
        if type == String.self { return recast(try Self.fitting(stringValue), as: type) }
        if type == Int.self { return recast(try Self.fitting(integer(as: Int.self)), as: type) }
        if type == Double.self { return recast(try Self.fitting(finiteDouble), as: type) }
        if type == Bool.self { return recast(try Self.fitting(boolValue), as: type) }
        if type == JSONValue.self { return recast(try Self.fitting(decoded(depth: depth)), as: type) }
        if type == Date.self { return recast(try Self.fitting(date), as: type) }
        if type == Data.self { return recast(try Self.fitting(data), as: type) }
        if type == URL.self { return recast(try Self.fitting(url), as: type) }
        if type == Decimal.self { return recast(try Self.fitting(decimal), as: type) }
        throw Unfit()
    }

    /// Tells that JSON does not fit a type; who knows the place makes a `DecodingError` of it.
    struct Unfit: Error {}

    @inline(__always)
    private static func fitting<Value>(_ value: Value?) throws(Unfit) -> Value {
        guard let value else { throw Unfit() }
        return value
    }

    /// How errors call what a type is read from, or nil when it is read from anything.
    static func typeName(for type: any Any.Type) -> String? {
        if type == String.self || type == Date.self || type == Data.self || type == URL.self { return "text" }
        if type == Bool.self { return "boolean" }
        if type == [Any].self { return "list" }
        if type == [String: Any].self { return "object" }
        return type == JSONValue.self ? nil : "number"
    }

    private init?(decimal: Decimal) {
        guard let number = try? JSONParser.parse(Array(decimal.description.utf8)) else { return nil }
        self = number
    }

    private var date: Date? { stringValue.flatMap { try? Date.ISO8601FormatStyle().parse($0) } }
    private var data: Data? { stringValue.flatMap { Data(base64Encoded: $0) } }
    private var url: URL? { stringValue.flatMap { URL(string: $0) } }

    private var decimal: Decimal? {
        switch self {
        case .integer(let integer): Decimal(integer)
        case .number(let number) where number.isFinite: Decimal(string: number.description)
        default: nil
        }
    }
}
