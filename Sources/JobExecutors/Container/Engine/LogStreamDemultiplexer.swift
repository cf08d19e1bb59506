package import JobCore

/// Takes the two output streams of a container apart.
///
/// Each frame has a header of 8 bytes: the stream (0 input, 1 output, 2 errors), three zeros, and the payload's length
/// as a big-endian number. Frames may be cut anywhere; payloads are passed on without waiting for their end.
///
/// Source: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
package struct LogStreamDemultiplexer: Sendable {
    /// Bytes of one stream.
    package struct Piece: Hashable, Sendable {
        /// Where they were written.
        package var stream: LogEntry.Stream
        /// The bytes, never empty.
        package var bytes: [UInt8]

        /// Makes a piece.
        package init(stream: LogEntry.Stream, bytes: [UInt8]) {
            self.stream = stream
            self.bytes = bytes
        }
    }

    private static let headerBytes = 8

    private var header: [UInt8] = []
    private var stream = LogEntry.Stream.stdout
    private var left = 0

    /// Makes one that stands before the first frame.
    package init() {}

    /// Takes what has arrived; neighbouring pieces of one stream come as one.
    ///
    /// - Throws: ``EngineError`` with kind `malformed` when this is no such stream; nothing can be read after that.
    package mutating func take(_ chunk: [UInt8]) throws(EngineError) -> [Piece] {
        var pieces: [Piece] = []
        var rest = chunk[...]
        while !rest.isEmpty {
            if left == 0 {
                let part = rest.prefix(Self.headerBytes - header.count)
                header += part
                rest.removeFirst(part.count)
                if header.count == Self.headerBytes { try readHeader() }
                continue
            }
            let payload = rest.prefix(left)
            rest.removeFirst(payload.count)
            left -= payload.count
            if let last = pieces.indices.last, pieces[last].stream == stream {
                pieces[last].bytes += payload
            } else {
                pieces.append(Piece(stream: stream, bytes: Array(payload)))
            }
        }
        return pieces
    }

    private mutating func readHeader() throws(EngineError) {
        guard header[0] <= 2, header[1...3].allSatisfy({ $0 == 0 }) else {
            throw EngineError(
                .malformed, "reading the container's output", "the engine sent something else than its frames")
        }
        stream = header[0] == 2 ? .stderr : .stdout
        left = header[4...].reduce(0) { $0 << 8 | Int($1) }
        header = []
    }
}
