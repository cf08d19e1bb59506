extension JSONValue {
    /// The value as compact JSON text.
    public var text: String {
        String(decoding: utf8, as: UTF8.self)
    }

    /// The value as compact UTF-8 JSON.
    public var utf8: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// At least as many bytes as the value has as compact JSON; much cheaper than writing it.
    package var sizeBound: Int {
        switch self {
        case .null, .bool: 5
        // The longest 64-bit integer has 20 characters, the longest shortest double 24.
        case .integer, .number: 24
        case .string(let text): Self.sizeBound(text)
        case .array(let items): items.reduce(2) { $0 + $1.sizeBound + 1 }
        case .object(let object):
            object.members.reduce(2) { $0 + Self.sizeBound($1.key) + $1.value.sizeBound + 2 }
        }
    }

    /// Escaping makes a byte at most six.
    private static func sizeBound(_ text: String) -> Int { 6 * text.utf8.count + 2 }

    /// The value as JSON indented by two spaces, for people.
    public var prettyText: String {
        var writer = JSONWriter(indented: true)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Writes JSON text into a buffer.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let indented: Bool
    private var level = 0

    init(indented: Bool = false) {
        self.indented = indented
        bytes.reserveCapacity(256)
    }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .integer(let number): append(number.description)
        case .number(let number): append(number.isFinite ? number.description : "null")
        case .string(let text): write(text)
        case .array(let items):
            list(open: "[", close: "]", count: items.count) { writer, index in writer.write(items[index]) }
        case .object(let object):
            let members = object.members
            list(open: "{", close: "}", count: members.count) { writer, index in
                writer.write(members[index].key)
                writer.append(writer.indented ? ": " : ":")
                writer.write(members[index].value)
            }
        }
    }

    private mutating func list(
        open: Unicode.Scalar, close: Unicode.Scalar, count: Int, item: (inout JSONWriter, Int) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        level += 1
        for index in 0..<count {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            newLine()
            item(&self, index)
        }
        level -= 1
        if count > 0 { newLine() }
        bytes.append(UInt8(ascii: close))
    }

    private mutating func newLine() {
        guard indented else { return }
        bytes.append(0x0A)
        for _ in 0..<level { append("  ") }
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    /// Writes what is JSON already.
    mutating func append(encoded: [UInt8]) {
        bytes.append(contentsOf: encoded)
    }

    /// Writes a text with its quotes.
    mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { write($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Copies what needs no escape in runs, since most texts are one such run.
    private mutating func write(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for (index, byte) in text.enumerated() where Self.needsEscape(byte) {
            bytes.append(contentsOf: text[start..<index])
            escape(byte)
            start = index + 1
        }
        bytes.append(contentsOf: text[start...])
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        default:
            append("\\u00")
            bytes.append(Self.hexadecimal[Int(byte >> 4)])
            bytes.append(Self.hexadecimal[Int(byte & 15)])
        }
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}
