/// Shapes texts for and from the engine.
enum EngineText {
    /// A message as one line of at most 600 characters.
    static func oneLine(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
            .filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } }
        return line.count <= 600 ? line : "\(line.prefix(600))…"
    }

    /// A path segment or a query value in which only unreserved characters stand for themselves.
    ///
    /// Source: https://www.rfc-editor.org/rfc/rfc3986#section-2.3
    static func encoded(_ text: String, keeping kept: String = "") -> String {
        var result: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: result.append(byte)
            case _ where kept.utf8.contains(byte): result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
