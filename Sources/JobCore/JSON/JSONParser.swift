/// Why a text is no acceptable JSON document, and where.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, as a sentence without its subject.
    public let message: String
    /// The line of the fault, from 1.
    public let line: Int
    /// The byte column of the fault, from 1.
    public let column: Int

    /// The text for people and logs.
    public var description: String { "line \(line), column \(column): \(message)" }
}

/// A strict JSON reader: one document, unique names, bounded depth, exact integers.
///
/// JobKit has its own because a border check needs what Foundation's decoder does not offer: duplicate names are
/// refused, the depth is bounded by the caller, faults carry line and column, and values can be located by path.
/// `Docs/Decisions/0004-own-json-reader.md` has the measurements.
///
/// Source: https://www.rfc-editor.org/rfc/rfc8259
public struct JSONParser {
    private var bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private let depthLimit: Int
    private var onValue: ((_ path: String, _ line: Int) -> Void)?
    /// How far newlines have been counted, so that locating every value reads the text once.
    private var counted = (offset: 0, line: 1)

    /// Parses one document.
    ///
    /// - Parameters:
    ///   - text: UTF-8 bytes; invalid UTF-8 is refused.
    ///   - depthLimit: how deep lists and objects may nest.
    ///   - onValue: called for each value with its path (`steps[0].name`) and line; costs time, so only for errors.
    /// - Throws: `JSONSyntaxError`.
    public static func parse(
        _ text: some Collection<UInt8>, depthLimit: Int = 64, onValue: ((_ path: String, _ line: Int) -> Void)? = nil
    ) throws(JSONSyntaxError) -> JSONValue {
        let parsed: (UnsafeBufferPointer<UInt8>) -> Result<JSONValue, JSONSyntaxError> = { buffer in
            var parser = JSONParser(bytes: buffer, depthLimit: depthLimit, onValue: onValue)
            do throws(JSONSyntaxError) { return .success(try parser.document()) } catch { return .failure(error) }
        }
        // Most texts stand in one piece already.
        let result = text.withContiguousStorageIfAvailable(parsed)
        return try (result ?? ContiguousArray(text).withUnsafeBufferPointer(parsed)).get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int, onValue: ((String, Int) -> Void)?) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        self.onValue = onValue
    }

    private mutating func document() throws(JSONSyntaxError) -> JSONValue {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { index = 3 }
        skipSpace()
        let value = try self.value(depth: 0, path: "")
        skipSpace()
        if index < bytes.count { throw fault("there is text after the end of the document") }
        return value
    }

    private mutating func value(depth: Int, path: String) throws(JSONSyntaxError) -> JSONValue {
        if let onValue { onValue(path, lineOfIndex()) }
        guard index < bytes.count else { throw fault("the text ends where a value should be") }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try object(depth: depth + 1, path: path)
        case UInt8(ascii: "["): return try array(depth: depth + 1, path: path)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), 48...57: return try number()
        default: throw fault("a value must start here; text needs double quotes")
        }
    }

    private mutating func object(depth: Int, path: String) throws(JSONSyntaxError) -> JSONValue {
        try enter(depth)
        var members: [(key: String, value: JSONValue)] = []
        var names: Set<String> = []
        if skip(UInt8(ascii: "}")) { return .object(JSONObject()) }
        repeat {
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw fault("a name in double quotes must stand here")
            }
            let start = index
            let key = try string()
            // A linear look is cheaper than a set while an object is small, as nearly all are.
            let known = members.count < 12 ? members.contains { $0.key == key } : names.contains(key)
            if known {
                throw fault("the name \"\(key.prefix(80))\" stands twice in one object", at: start)
            }
            if members.count == 11 { names = Set(members.map(\.key)) }
            if members.count >= 11 { names.insert(key) }
            skipSpace()
            guard skip(UInt8(ascii: ":")) else { throw fault("a colon must follow the name") }
            skipSpace()
            let child = onValue == nil ? "" : (path.isEmpty ? key : "\(path).\(key)")
            members.append((key, try value(depth: depth, path: child)))
            skipSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw fault("a comma or } must stand here") }
        return .object(JSONObject(uniqueMembers: members))
    }

    private mutating func array(depth: Int, path: String) throws(JSONSyntaxError) -> JSONValue {
        try enter(depth)
        var items: [JSONValue] = []
        if skip(UInt8(ascii: "]")) { return .array([]) }
        repeat {
            skipSpace()
            items.append(try value(depth: depth, path: onValue == nil ? "" : "\(path)[\(items.count)]"))
            skipSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw fault("a comma or ] must stand here") }
        return .array(items)
    }

    private mutating func enter(_ depth: Int) throws(JSONSyntaxError) {
        if depth > depthLimit { throw fault("the document nests deeper than \(depthLimit) levels") }
        index += 1
        skipSpace()
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        for offset in 0..<word.utf8CodeUnitCount {
            guard index + offset < bytes.count, bytes[index + offset] == word.utf8Start[offset] else {
                throw fault("a value must start here; text needs double quotes")
            }
        }
        index += word.utf8CodeUnitCount
        return value
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = index
        _ = skip(UInt8(ascii: "-"))
        let integerStart = index
        digits()
        let integerDigits = index - integerStart
        guard integerDigits > 0, integerDigits == 1 || bytes[integerStart] != UInt8(ascii: "0") else {
            throw fault("this is no JSON number", at: start)
        }
        var isInteger = true
        if skip(UInt8(ascii: ".")) {
            isInteger = false
            if digits() == 0 { throw fault("digits must follow the decimal point") }
        }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            isInteger = false
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            if digits() == 0 { throw fault("digits must follow the exponent sign") }
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let exact = Int64(text) { return .integer(exact) }
        guard index - start <= 400, let value = Double(text), value.isFinite else {
            throw fault("this number is out of range", at: start)
        }
        return .number(value)
    }

    @discardableResult
    private mutating func digits() -> Int {
        let start = index
        while index < bytes.count, (48...57).contains(bytes[index]) { index += 1 }
        return index - start
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        let start = index
        index += 1
        var isASCII = true
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let raw = bytes[(start + 1)..<index]
                // Most texts are ASCII, which is always valid; the validating form looks up its types anew for each text.
                let valid: String? =
                    isASCII ? String(decoding: raw, as: UTF8.self) : String(validating: raw, as: UTF8.self)
                guard let text = valid else {
                    throw fault("this text is not valid UTF-8", at: start)
                }
                index += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw fault("a control character in a text must be escaped")
            case let byte:
                if byte >= 0x80 { isASCII = false }
                index += 1
            }
        }
        throw fault("this text has no closing double quote", at: start)
    }

    /// The slower path for texts with a backslash; `index` stands on the first one.
    private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var decoded = Array(bytes[(start + 1)..<index])
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: decoded, as: UTF8.self) else {
                    throw fault("this text is not valid UTF-8", at: start)
                }
                return text
            case UInt8(ascii: "\\"): try escape(into: &decoded)
            case 0..<0x20: throw fault("a control character in a text must be escaped", at: index - 1)
            default: decoded.append(byte)
            }
        }
        throw fault("this text has no closing double quote", at: start)
    }

    private mutating func escape(into decoded: inout [UInt8]) throws(JSONSyntaxError) {
        guard index < bytes.count else { throw fault("the text ends inside an escape") }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
                bytes[index + 1] == UInt8(ascii: "u")
            {
                index += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw fault("this surrogate pair is incomplete") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw fault("this escape is no Unicode character") }
            decoded.append(contentsOf: String(Character(scalar)).utf8)
        default: throw fault("there is no such escape", at: index - 1)
        }
    }

    private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
        guard index + 4 <= bytes.count,
            bytes[index..<index + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
        else { throw fault("four hexadecimal digits must follow \\u") }
        index += 4
        return value
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func lineOfIndex() -> Int {
        for offset in counted.offset..<index where bytes[offset] == 0x0A { counted.line += 1 }
        counted.offset = index
        return counted.line
    }

    private func position(of offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var lineStart = 0
        for index in 0..<min(offset, bytes.count) where bytes[index] == 0x0A {
            line += 1
            lineStart = index + 1
        }
        return (line, offset - lineStart + 1)
    }

    private func fault(_ message: String, at offset: Int? = nil) -> JSONSyntaxError {
        let (line, column) = position(of: offset ?? index)
        return JSONSyntaxError(message: message, line: line, column: column)
    }
}
