/// Texts that hold URLs.
enum URLText {
    /// The text with `***` for the query, fragment and userinfo of each URL in it.
    static func redacted(_ text: String) -> String {
        var result: [UInt8] = []
        var authorityStart: Int?
        var isHidden = false
        for byte in text.utf8 {
            let isEnd = [UInt8](" \t<>\",;".utf8).contains(byte)
            if isEnd { isHidden = false }
            if isHidden { continue }
            switch byte {
            case UInt8(ascii: "?"), UInt8(ascii: "#"):
                result += [byte] + hidden
                isHidden = true
                authorityStart = nil
            case UInt8(ascii: "@"):
                if let start = authorityStart { result.replaceSubrange(start..., with: hidden) }
                result.append(byte)
            default:
                result.append(byte)
                if byte == UInt8(ascii: "/") {
                    authorityStart = result.suffix(2) == [byte, byte] ? result.count : nil
                } else if isEnd {
                    authorityStart = nil
                }
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let hidden = Array("***".utf8)
}
