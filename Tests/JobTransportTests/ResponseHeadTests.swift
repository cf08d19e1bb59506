import JobTransport
import Testing

@Suite struct ResponseHeadTests {
    private func parse(_ lines: String...) -> ResponseHeadParser {
        var parser = ResponseHeadParser()
        for line in lines { _ = Array((line + "\r\n").utf8).withUnsafeBytes { parser.consume($0) } }
        return parser
    }

    @Test func `a head is complete at its empty line, and trailers are ignored`() {
        let parser = parse("HTTP/1.1 200 OK", "A:  1 ", "B:", "", "Trailer: x")
        #expect(parser.isComplete)
        #expect(parser.head.status == 200)
        #expect(parser.head.headers == ["A": "1", "B": ""])
    }

    @Test func `the last status counts and interim headers are forgotten`() {
        let parser = parse("HTTP/1.1 103 Early Hints", "Link: x", "", "HTTP/2 404", "A: 1", "")
        #expect(parser.head.informational == [103])
        #expect(parser.head.version == .http2)
        #expect(parser.head.status == 404)
        #expect(parser.head.headers == ["A": "1"])
    }

    @Test func `a folded value becomes one line, and other bytes than UTF-8 become Latin-1`() {
        #expect(parse("HTTP/1.0 200", "A: 1", "\t2", "").head.headers == ["A": "1 2"])
        var parser = ResponseHeadParser()
        for line in [Array("HTTP/1.1 200 OK\r\n".utf8), [0x41, 0x3A, 0xE4, 0x0D, 0x0A]] {
            _ = line.withUnsafeBytes { parser.consume($0) }
        }
        #expect(parser.head.headers["A"] == "ä")
    }

    @Test func `switching protocols is final`() {
        #expect(parse("HTTP/1.1 101 Switching Protocols", "").isComplete)
    }
}
