import JobCore
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What Foundation's coders make of typed values, by way of text: the measure of JobCore's own.
enum FoundationCoders {
    static func json(of value: some Encodable) throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = .sortedKeys
        return try JSONParser.parse(encoder.encode(value))
    }

    static func value<Value: Decodable>(_ type: Value.Type, from json: JSONValue) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: Data(json.utf8))
    }
}

/// A typed value, and both ways to make JSON of it and to read it again.
struct CodingSample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let encoded: @Sendable () throws -> JSONValue
    let reference: @Sendable () throws -> JSONValue
    /// Whether the value that is read again is the one that was written.
    let returns: @Sendable (JSONValue) throws -> Bool

    init<Value: Codable & Equatable & Sendable>(_ name: String, _ value: Value) {
        testDescription = name
        encoded = { try JSONValue(encoding: value) }
        reference = { try FoundationCoders.json(of: value) }
        returns = { try $0.decode(Value.self) == value }
    }
}

/// The kind of a coding error, the type it names and its place, without its words.
struct CodingFault: Hashable, CustomStringConvertible {
    enum Kind { case invalidValue, typeMismatch, valueNotFound, keyNotFound, dataCorrupted, other }

    let kind: Kind
    let subject: String
    let path: String

    var description: String { "\(kind) \(subject) at \(path.isEmpty ? "the top" : path)" }

    /// A fault of a kind that names a type, or with a key as the subject.
    init(_ kind: Kind, _ subject: Any, at path: String = "") {
        self.kind = kind
        self.subject = "\(subject)"
        self.path = path
    }

    init(_ error: any Error) {
        switch error {
        case EncodingError.invalidValue(let value, let context):
            self.init(.invalidValue, type(of: value), at: Self.text(context.codingPath))
        case DecodingError.typeMismatch(let type, let context):
            self.init(.typeMismatch, type, at: Self.text(context.codingPath))
        case DecodingError.valueNotFound(let type, let context):
            self.init(.valueNotFound, type, at: Self.text(context.codingPath))
        case DecodingError.keyNotFound(let key, let context):
            self.init(.keyNotFound, key.stringValue, at: Self.text(context.codingPath))
        case DecodingError.dataCorrupted(let context):
            self.init(.dataCorrupted, "", at: Self.text(context.codingPath))
        default: self.init(.other, error)
        }
    }

    /// A path as `steps[0].name`.
    static func text(_ path: [any CodingKey]) -> String {
        path.reduce("") { text, key in
            if key.stringValue.hasPrefix("Index "), let index = key.intValue { return "\(text)[\(index)]" }
            return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
        }
    }
}

/// The fault of what throws, or nil.
func codingFault(_ body: () throws -> some Any) -> CodingFault? {
    do {
        _ = try body()
        return nil
    } catch {
        return CodingFault(error)
    }
}
