internal import Synchronization

/// Gathers chunks up to a limit.
final class ByteCollector: Sendable {
    private let limit: Int
    private let gathered = Mutex<[UInt8]>([])

    init(limit: Int) {
        self.limit = limit
    }

    var bytes: [UInt8] { gathered.withLock { $0 } }

    func append(_ chunk: [UInt8]) throws(TransportError) {
        let fits = gathered.withLock { bytes in
            guard bytes.count + chunk.count <= limit else { return false }
            bytes += chunk
            return true
        }
        guard fits else { throw .bodyTooLong(limit: limit) }
    }
}
