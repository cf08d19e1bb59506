import JobCore
import JobExecutors
import Testing

/// The engine's frames taken apart.
@Suite struct LogStreamDemultiplexerTests {
    private static func frame(_ stream: UInt8, _ text: String) -> [UInt8] {
        let count = UInt32(text.utf8.count)
        return [stream, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + Array(text.utf8)
    }

    private static let three = frame(1, "one") + frame(2, "two") + frame(1, "") + frame(1, "three")

    @Test("Frames are told apart wherever they are cut", arguments: 0...three.count)
    func cut(at position: Int) throws {
        var demultiplexer = LogStreamDemultiplexer()
        let pieces =
            try demultiplexer.take(Array(Self.three[..<position]))
            + demultiplexer.take(Array(Self.three[position...]))

        let stdout = pieces.filter { $0.stream == .stdout }.flatMap(\.bytes)
        let stderr = pieces.filter { $0.stream == .stderr }.flatMap(\.bytes)
        #expect(String(decoding: stdout, as: UTF8.self) == "onethree")
        #expect(String(decoding: stderr, as: UTF8.self) == "two")
    }

    @Test("Bytes that come one by one come through")
    func single() throws {
        var demultiplexer = LogStreamDemultiplexer()
        let pieces = try Self.three.flatMap { try demultiplexer.take([$0]) }

        #expect(
            pieces.map(\.stream) == Array(repeating: .stdout, count: 3) + Array(repeating: .stderr, count: 3)
                + Array(repeating: .stdout, count: 5))
        #expect(pieces.allSatisfy { $0.bytes.count == 1 })
    }

    @Test("Neighbouring frames of one stream come as one piece, in order")
    func merged() throws {
        var demultiplexer = LogStreamDemultiplexer()
        let pieces = try demultiplexer.take(Self.frame(1, "a") + Self.frame(1, "b") + Self.frame(2, "c"))

        #expect(pieces == [.init(stream: .stdout, bytes: Array("ab".utf8)), .init(stream: .stderr, bytes: [99])])
    }

    @Test("A payload is passed on before its frame is whole")
    func early() throws {
        var demultiplexer = LogStreamDemultiplexer()
        let pieces = try demultiplexer.take([1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 104, 105])

        #expect(pieces == [.init(stream: .stdout, bytes: [104, 105])])
    }

    @Test("What is no frame is refused", arguments: [[9, 0, 0, 0, 0, 0, 0, 1], Array("HTTP/1.1".utf8)])
    func malformed(_ bytes: [UInt8]) {
        var demultiplexer = LogStreamDemultiplexer()
        #expect(throws: EngineError.self) { try demultiplexer.take(bytes) }
    }
}
