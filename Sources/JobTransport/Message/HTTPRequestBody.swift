/// What a request carries: nothing, bytes in memory, or a stream.
public struct HTTPRequestBody: Sendable {
    /// Feeds every chunk of a stream to a sink, waiting for the sink each time.
    typealias Producer = @Sendable (_ sink: @Sendable ([UInt8]) async throws -> Void) async throws -> Void

    enum Content: Sendable {
        case none
        case bytes([UInt8])
        case stream(Producer, length: Int?)
    }

    let content: Content

    /// No body.
    ///
    /// POST, PUT and PATCH then say `Content-Length: 0`.
    public static let none = HTTPRequestBody(content: .none)

    /// These bytes; may be empty.
    public static func bytes(_ bytes: [UInt8]) -> HTTPRequestBody {
        HTTPRequestBody(content: .bytes(bytes))
    }

    /// The text as UTF-8; may be empty.
    public static func text(_ text: String) -> HTTPRequestBody {
        HTTPRequestBody(content: .bytes(Array(text.utf8)))
    }

    /// The chunks of a sequence, read only as fast as the server takes them.
    ///
    /// With a length the request says `Content-Length`, and a sequence of another size makes it fail; without one
    /// HTTP/1.1 uses chunks. The sequence is iterated at most once, and is cancelled when the exchange ends early.
    /// An error it throws becomes the `cause` of a ``TransportError`` with code `bodyFailed`.
    public static func stream<Chunks: AsyncSequence & Sendable>(
        _ chunks: Chunks, length: Int? = nil
    ) -> HTTPRequestBody where Chunks.Element == [UInt8] {
        let producer: Producer = { sink in
            for try await chunk in chunks { try await sink(chunk) }
        }
        return HTTPRequestBody(content: .stream(producer, length: length))
    }

    /// Bytes the body has; `nil` when there is none or its length is unknown.
    public var length: Int? {
        switch content {
        case .none: nil
        case .bytes(let bytes): bytes.count
        case .stream(_, let length): length
        }
    }

    /// Whether there is surely nothing to send.
    public var isEmpty: Bool {
        switch content {
        case .none: true
        case .bytes(let bytes): bytes.isEmpty
        case .stream: false
        }
    }

    /// Reads the whole body, for fakes and signers; a stream is used up by it.
    ///
    /// - Throws: ``TransportError`` with code `tooManyBytes` above the limit, or what the stream throws.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        switch content {
        case .none:
            return []
        case .bytes(let bytes):
            guard bytes.count <= limit else { throw TransportError.bodyTooLong(limit: limit) }
            return bytes
        case .stream(let produce, _):
            let collected = ByteCollector(limit: limit)
            try await produce { chunk in try collected.append(chunk) }
            return collected.bytes
        }
    }
}
