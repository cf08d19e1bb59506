internal import JobCore

/// What an unquoted YAML scalar means: the core schema of YAML 1.2, in which `yes`, `no`, `on` and `off` are texts.
///
/// Times stay texts too, because JSON has none.
///
/// Source: https://yaml.org/spec/1.2.2/#1032-tag-resolution
enum YAMLScalar {
    /// The value of a plain scalar; nil for a number that JSON cannot hold, such as `.inf`.
    static func resolve(_ text: String) -> JSONValue? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        // Nearly all scalars are words; their first byte tells.
        guard let first = text.utf8.first, (48...57).contains(first) || [43, 45, 46].contains(first) else {
            return .string(text)
        }
        if text.hasPrefix("0o"), let value = Int64(text.dropFirst(2), radix: 8), text.utf8.count > 2, isDigit(text, 2) {
            return .integer(value)
        }
        if text.hasPrefix("0x"), let value = Int64(text.dropFirst(2), radix: 16), isHexDigit(text, 2) {
            return .integer(value)
        }
        if isInteger(text) {
            if let value = Int64(text) { return .integer(value) }
            return Double(text).flatMap { $0.isFinite ? .number($0) : nil }
        }
        if isFloat(text) { return Double(normalised(text)).flatMap { $0.isFinite ? .number($0) : nil } }
        if isInfinityOrNaN(text) { return nil }
        return .string(text)
    }

    private static func isDigit(_ text: String, _ index: Int) -> Bool {
        text.utf8.dropFirst(index).first.map { (48...57).contains($0) } ?? false
    }

    private static func isHexDigit(_ text: String, _ index: Int) -> Bool {
        text.utf8.dropFirst(index).first.map { Character(Unicode.Scalar($0)).isHexDigit } ?? false
    }

    private static func unsigned(_ text: String) -> Substring.UTF8View {
        let rest = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        return rest.utf8
    }

    private static func isInteger(_ text: String) -> Bool {
        let digits = unsigned(text)
        return !digits.isEmpty && digits.allSatisfy { (48...57).contains($0) }
    }

    /// Whether the text is `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
    private static func isFloat(_ text: String) -> Bool {
        var rest = unsigned(text)
        func digits() -> Int {
            let run = rest.prefix { (48...57).contains($0) }.count
            rest = rest.dropFirst(run)
            return run
        }
        let whole = digits()
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            if digits() == 0, whole == 0 { return false }
        } else if whole == 0 {
            return false
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            if digits() == 0 { return false }
        }
        return rest.isEmpty
    }

    /// Swift reads neither `.5` nor `5.`, which YAML allows.
    private static func normalised(_ text: String) -> String {
        guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return text }
        let before = text[..<dot]
        let after = text[text.utf8.index(after: dot)...]
        let hasWhole = before.utf8.last.map { (48...57).contains($0) } ?? false
        let hasFraction = after.utf8.first.map { (48...57).contains($0) } ?? false
        return "\(before)\(hasWhole ? "" : "0").\(hasFraction ? "" : "0")\(after)"
    }

    private static func isInfinityOrNaN(_ text: String) -> Bool {
        let word = String(decoding: unsigned(text), as: UTF8.self).lowercased()
        return word == ".inf" || (word == ".nan" && text.hasPrefix("."))
    }
}
