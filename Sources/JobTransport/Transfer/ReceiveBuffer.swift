/// Body chunks between the event loop and their reader: pure, guarded by its owner's lock.
///
/// The loop stops receiving at the high-water mark and goes on at half of it.
struct ReceiveBuffer {
    enum End {
        case complete
        case failed(any Error)
    }

    enum Next {
        /// A chunk, and whether the loop has to go on receiving now.
        case chunk([UInt8], resumes: Bool)
        case ended(End)
        /// Nothing yet.
        case wait
    }

    let highWaterMark: Int
    private(set) var bufferedBytes = 0
    private(set) var end: End?
    private var chunks = FirstInFirstOut<[UInt8]>()
    private var isPaused = false

    init(highWaterMark: Int) {
        self.highWaterMark = highWaterMark
    }

    mutating func append(_ chunk: [UInt8]) {
        guard end == nil, !chunk.isEmpty else { return }
        bufferedBytes += chunk.count
        chunks.append(chunk)
    }

    /// The loop has stopped receiving.
    ///
    /// Returns whether it has to go on at once, because the reader was faster.
    mutating func pause() -> Bool {
        guard end == nil else { return false }
        isPaused = bufferedBytes > highWaterMark / 2
        return !isPaused
    }

    /// The first end wins; chunks that arrived before it can still be read.
    mutating func finish(_ end: End) {
        self.end = self.end ?? end
    }

    /// Ends at once and forgets what was not read.
    mutating func abort(_ error: any Error) {
        end = .failed(error)
        chunks.removeAll()
        bufferedBytes = 0
    }

    mutating func next() -> Next {
        guard let chunk = chunks.popFirst() else {
            return end.map(Next.ended) ?? .wait
        }
        bufferedBytes -= chunk.count
        let resumes = isPaused && bufferedBytes <= highWaterMark / 2
        if resumes { isPaused = false }
        return .chunk(chunk, resumes: resumes)
    }
}
