internal import Synchronization

/// Where the chunks of a body come from.
protocol HTTPBodySource: AnyObject, Sendable {
    /// The next chunk, never empty; `nil` at the end.
    func next() async throws -> [UInt8]?
}

/// The bytes of a response, in chunks as they arrive; read once, by one task at a time.
///
/// The transport stops receiving while the reader is behind, so a body of any size needs little memory.
/// Cancelling the reading task, or letting go of the body and its iterators, ends the exchange.
/// Reading throws ``TransportError`` when the exchange fails half-way, after the chunks that did arrive, and
/// `CancellationError` when the task is cancelled.
public struct HTTPBody: AsyncSequence, Sendable {
    /// A chunk, never empty.
    public typealias Element = [UInt8]
    /// ``TransportError`` or `CancellationError`.
    public typealias Failure = any Error

    private let source: any HTTPBodySource

    init(source: any HTTPBodySource) {
        self.source = source
    }

    /// A body of bytes in memory, for fakes.
    public init(_ bytes: [UInt8]) {
        self.source = BufferedBody(bytes)
    }

    /// A body whose chunks come from a function, until it returns `nil`, for fakes and wrappers.
    public init(unfolding next: @escaping @Sendable () async throws -> [UInt8]?) {
        self.source = UnfoldingBody(next)
    }

    /// Starts reading, or goes on where another iterator stopped.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(source: source)
    }

    /// Reads the chunks of a body.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let source: any HTTPBodySource

        /// The next chunk, or `nil` at the end.
        public mutating func next() async throws -> [UInt8]? {
            try await source.next()
        }
    }

    /// Reads what is left of the body.
    ///
    /// - Throws: ``TransportError`` with code `tooManyBytes` as soon as more than the limit has arrived; otherwise as
    ///   reading does.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        guard var collected = try await source.next() else { return [] }
        guard collected.count <= limit else { throw TransportError.bodyTooLong(limit: limit) }
        while let chunk = try await source.next() {
            guard collected.count + chunk.count <= limit else { throw TransportError.bodyTooLong(limit: limit) }
            collected += chunk
        }
        return collected
    }
}

private final class BufferedBody: HTTPBodySource {
    private let bytes: Mutex<[UInt8]>

    init(_ bytes: [UInt8]) {
        self.bytes = Mutex(bytes)
    }

    func next() async throws -> [UInt8]? {
        bytes.withLock { bytes in
            defer { bytes = [] }
            return bytes.isEmpty ? nil : bytes
        }
    }
}

private final class UnfoldingBody: HTTPBodySource {
    private let produce: @Sendable () async throws -> [UInt8]?

    init(_ produce: @escaping @Sendable () async throws -> [UInt8]?) {
        self.produce = produce
    }

    func next() async throws -> [UInt8]? {
        while let chunk = try await produce() {
            if !chunk.isEmpty { return chunk }
        }
        return nil
    }
}
