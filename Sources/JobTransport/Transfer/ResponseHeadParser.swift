/// Puts a response head together from the header lines that libcurl hands over one by one: pure.
///
/// Source: https://curl.se/libcurl/c/CURLOPT_HEADERFUNCTION.html
package struct ResponseHeadParser {
    package struct Head: Sendable {
        package var version = HTTPVersion.http1_1
        package var status = 0
        package var headers = HTTPHeaders()
        package var informational: [Int] = []
    }

    package private(set) var head = Head()
    /// Whether the final head is in; what follows are trailers.
    package private(set) var isComplete = false

    private static let protocolName = Array("HTTP/".utf8)
    private static let mostInformational = 16

    package init() {}

    /// Takes one line with its line ending.
    ///
    /// Returns whether it completed the final head.
    package mutating func consume(_ raw: UnsafeRawBufferPointer) -> Bool {
        guard !isComplete else { return false }
        let line = Self.trimmed(raw)
        if line.isEmpty {
            return endHead()
        } else if line.count > 5, line.starts(with: Self.protocolName) {
            startHead(line)
        } else if raw[0] == 0x20 || raw[0] == 0x09 {
            head.headers.extendLast(with: Self.text(line))
        } else if let colon = line.firstIndex(of: 0x3A) {
            let name = Self.text(Self.trimmed(UnsafeRawBufferPointer(rebasing: line[..<colon])))
            let value = Self.text(Self.trimmed(UnsafeRawBufferPointer(rebasing: line[(colon + 1)...])))
            head.headers.add(name, value)
        }
        return false
    }

    /// `HTTP/1.1 200 OK` or `HTTP/2 200`.
    private mutating func startHead(_ line: UnsafeRawBufferPointer) {
        let words = line.split(separator: 0x20, maxSplits: 2)
        let digits = words[0].dropFirst(5).filter(ASCII.isDigit).map { Int($0 - 0x30) }
        head.version = HTTPVersion(major: digits.first ?? 1, minor: digits.count > 1 ? digits[1] : 0)
        head.status = words.count > 1 ? words[1].prefix(3).reduce(0) { $0 * 10 + Int($1) - 0x30 } : 0
        head.headers = HTTPHeaders()
    }

    /// 101 ends the exchange of HTTP messages, so it is final.
    private mutating func endHead() -> Bool {
        guard (100..<200).contains(head.status), head.status != 101 else {
            isComplete = true
            return true
        }
        if head.informational.count < Self.mostInformational { head.informational.append(head.status) }
        return false
    }

    private static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: bytes[first...last])
    }

    /// UTF-8 when it is, otherwise Latin-1, which older servers send.
    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }  // the quick, usual case
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = ""
        for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        return text
    }
}
