/// Request body bytes between their producer and the event loop: pure, guarded by its owner's lock.
struct SendBuffer {
    enum Offer {
        /// Taken. `resumes`: the loop has to be told; `waits`: the producer has to wait for room.
        case taken(resumes: Bool, waits: Bool)
        /// More than the promised length.
        case tooLong
    }

    enum Take {
        /// Some bytes; `wakes`: the producer may go on.
        case bytes(ArraySlice<UInt8>, wakes: Bool)
        /// Nothing yet: the loop pauses and will be told.
        case starved
        case finished
    }

    private let highWaterMark: Int
    private let length: Int?
    private var chunks = FirstInFirstOut<[UInt8]>()
    private var current: [UInt8] = []
    private var offset = 0
    private var bufferedBytes = 0
    private var offeredBytes = 0
    private var isFinished = false
    private var isStarved = false

    init(highWaterMark: Int, length: Int?) {
        self.highWaterMark = highWaterMark
        self.length = length
    }

    /// Whether the producer may go on.
    var hasRoom: Bool { bufferedBytes < highWaterMark }

    mutating func offer(_ chunk: [UInt8]) -> Offer {
        offeredBytes += chunk.count
        if let length, offeredBytes > length { return .tooLong }
        guard !chunk.isEmpty else { return .taken(resumes: false, waits: false) }
        chunks.append(chunk)
        bufferedBytes += chunk.count
        let resumes = isStarved
        isStarved = false
        return .taken(resumes: resumes, waits: bufferedBytes >= highWaterMark)
    }

    /// The producer has no more.
    ///
    /// Returns whether the loop has to be told, or `nil` when bytes are missing.
    mutating func finish() -> Bool? {
        if let length, offeredBytes < length { return nil }
        isFinished = true
        defer { isStarved = false }
        return isStarved
    }

    mutating func take(atMost limit: Int) -> Take {
        if offset == current.count {
            guard let next = chunks.popFirst() else {
                isStarved = !isFinished
                return isFinished ? .finished : .starved
            }
            current = next
            offset = 0
        }
        let end = min(current.count, offset + limit)
        let part = current[offset..<end]
        let wasFull = bufferedBytes >= highWaterMark / 2
        bufferedBytes -= part.count
        offset = end
        return .bytes(part, wakes: wasFull && bufferedBytes < highWaterMark / 2)
    }
}
