internal import JobCore

/// What of a container's output is reported: whole characters, up to a limit for each stream.
struct ContainerOutput: Sendable {
    private static let startBytes = 512

    private let limit: ByteCount
    private var allowance: OutputAllowance
    /// The starts of characters whose rest has not come yet.
    private var held: [LogEntry.Stream: [UInt8]] = [:]
    /// The first bytes of standard error, where the engine's init says why it could not start the command.
    private(set) var errorStart: [UInt8] = []

    /// Allows so many bytes of each stream.
    init(limit: ByteCount) {
        self.limit = limit
        allowance = OutputAllowance(each: limit)
    }

    /// Whether anything was dropped.
    var isTruncated: Bool { allowance.isExceeded }

    /// Takes bytes, and returns what is to be reported of them.
    mutating func take(_ piece: LogStreamDemultiplexer.Piece) -> [StepProgress] {
        if piece.stream == .stderr, errorStart.count < Self.startBytes {
            errorStart += piece.bytes.prefix(Self.startBytes - errorStart.count)
        }
        var bytes = held[piece.stream, default: []] + piece.bytes
        let tail = OutputPipe.unfinishedTail(of: bytes)
        held[piece.stream] = Array(bytes.suffix(tail))
        bytes.removeLast(tail)
        return allow(piece.stream, bytes)
    }

    /// Takes the end of both streams.
    mutating func finish() -> [StepProgress] {
        var reports: [StepProgress] = []
        for stream in [LogEntry.Stream.stdout, .stderr] {
            reports += allow(stream, held[stream, default: []])
        }
        held = [:]
        return reports
    }

    private mutating func allow(_ stream: LogEntry.Stream, _ bytes: [UInt8]) -> [StepProgress] {
        let left = allowance[stream]
        if bytes.isEmpty { return [] }
        if bytes.count <= left {
            allowance[stream] -= bytes.count
            return [.output(stream, bytes)]
        }
        allowance.isExceeded = true
        // Below zero it has been told.
        guard left >= 0 else { return [] }
        allowance[stream] = -1
        var kept = bytes[..<left]
        kept.removeLast(OutputPipe.unfinishedTail(of: kept))
        let told = StepProgress.note("\(stream.rawValue) is longer than \(limit.jobText); the rest is dropped")
        return kept.isEmpty ? [told] : [.output(stream, Array(kept)), told]
    }
}
