/// Why a text is no XML that AWS would send.
package struct XMLFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, with the byte where it is.
    package let description: String
}

/// Reads the XML of AWS answers: elements, text, the five entities, character references and CDATA.
///
/// There are no document types and no entities of their own, so nothing can be fetched or blown up. Depth and the
/// number of elements are bounded. Attributes are read over.
package struct XMLReader {
    private let bytes: [UInt8]
    private var index = 0
    private var elements = 0

    private static let deepest = 64
    private static let mostElements = 2_000_000

    /// Reads a document.
    ///
    /// - Returns: its outermost element.
    /// - Throws: ``XMLFault``.
    package static func parse(_ bytes: [UInt8]) throws(XMLFault) -> XMLNode {
        var reader = XMLReader(bytes: bytes)
        try reader.skipProlog()
        let root = try reader.element(depth: 0)
        try reader.skipProlog()
        guard reader.index == bytes.count else { throw reader.fault("something follows the outermost element") }
        return root
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func fault(_ what: String) -> XMLFault {
        XMLFault(description: "the XML is not usable at byte \(index): \(what)")
    }

    private func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count else { return false }
        return (0..<count).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
    }

    private mutating func skip(past end: StaticString) throws(XMLFault) {
        while index < bytes.count, !starts(with: end) { index += 1 }
        guard index < bytes.count else { throw fault("it ends too early") }
        index += end.utf8CodeUnitCount
    }

    private mutating func skipSpace() {
        while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...10).contains(byte) || byte == 13 }

    /// Skips declarations, comments and white space around the outermost element.
    private mutating func skipProlog() throws(XMLFault) {
        if starts(with: "\u{FEFF}") { index += 3 }
        while true {
            skipSpace()
            if starts(with: "<?") {
                try skip(past: "?>")
            } else if starts(with: "<!--") {
                try skip(past: "-->")
            } else if starts(with: "<!") {
                throw fault("document types are not read")
            } else {
                return
            }
        }
    }

    private mutating func name() throws(XMLFault) -> String {
        let start = index
        while index < bytes.count, !Self.isSpace(bytes[index]), !Self.endsName(bytes[index]) { index += 1 }
        guard index > start else { throw fault("a name is missing") }
        let whole = bytes[start..<index]
        let local = whole.lastIndex(of: UInt8(ascii: ":")).map { whole[($0 + 1)...] } ?? whole
        return String(decoding: local, as: UTF8.self)
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "<")
    }

    /// Reads attributes over, to the end of a start tag.
    ///
    /// - Returns: whether the element ends with it.
    private mutating func endOfStartTag() throws(XMLFault) -> Bool {
        while true {
            skipSpace()
            if starts(with: "/>") {
                index += 2
                return true
            }
            if starts(with: ">") {
                index += 1
                return false
            }
            _ = try name()
            skipSpace()
            guard starts(with: "=") else { throw fault("an attribute has no value") }
            index += 1
            skipSpace()
            if starts(with: "\"") {
                index += 1
                try skip(past: "\"")
            } else if starts(with: "'") {
                index += 1
                try skip(past: "'")
            } else {
                throw fault("an attribute's value has no quotes")
            }
        }
    }

    private mutating func element(depth: Int) throws(XMLFault) -> XMLNode {
        guard starts(with: "<") else { throw fault("an element is missing") }
        guard depth < Self.deepest else { throw fault("elements nest deeper than \(Self.deepest)") }
        elements += 1
        guard elements <= Self.mostElements else { throw fault("it has more than \(Self.mostElements) elements") }
        index += 1
        var node = XMLNode(try name())
        if try endOfStartTag() { return node }
        var text: [UInt8] = []
        while true {
            guard index < bytes.count else { throw fault("<\(node.name)> does not end") }
            if starts(with: "</") {
                index += 2
                let end = try name()
                skipSpace()
                guard end == node.name, starts(with: ">") else { throw fault("<\(node.name)> ends as </\(end)>") }
                index += 1
                node.text = Self.trimmed(text)
                return node
            } else if starts(with: "<!--") {
                try skip(past: "-->")
            } else if starts(with: "<![CDATA[") {
                let start = index + 9
                try skip(past: "]]>")
                text += bytes[start..<(index - 3)]
            } else if starts(with: "<?") {
                try skip(past: "?>")
            } else if starts(with: "<") {
                node.children.append(try element(depth: depth + 1))
            } else if starts(with: "&") {
                text += try entity()
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
    }

    private mutating func entity() throws(XMLFault) -> [UInt8] {
        let start = index + 1
        guard let end = bytes[start...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
            throw fault("& does not begin an entity")
        }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        let known = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]
        let number =
            name.hasPrefix("#x")
            ? UInt32(name.dropFirst(2), radix: 16)
            : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
        guard let text = known[name] ?? number.flatMap(Unicode.Scalar.init).map({ String(Character($0)) }) else {
            throw fault("&\(name); is no known entity")
        }
        index = end + 1
        return Array(text.utf8)
    }

    private static func trimmed(_ text: [UInt8]) -> String {
        let start = text.firstIndex { !isSpace($0) } ?? text.endIndex
        let end = text.lastIndex { !isSpace($0) } ?? text.startIndex
        return start < text.endIndex ? String(decoding: text[start...end], as: UTF8.self) : ""
    }
}
