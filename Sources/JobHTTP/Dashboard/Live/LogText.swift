internal import JobCore

/// Where a page's log ends: the offset in the log, and whose output came last.
struct LogPosition: Hashable, Sendable {
    /// The byte to go on at.
    var offset: Int64 = 0
    /// The step and attempt that were printed last; nil before the first.
    var source: Source?

    /// Whose output it is.
    struct Source: Hashable, Sendable {
        /// The step's index; nil for the job as a whole.
        var step: Int?
        /// The number of the attempt at the job.
        var attempt: Int
    }

    /// The position as pages and streams name it, such as `2048-1-0`.
    var text: String {
        guard let source else { return "\(offset)" }
        return "\(offset)-\(source.attempt)" + (source.step.map { "-\($0)" } ?? "")
    }

    init(offset: Int64 = 0, source: Source? = nil) {
        self.offset = offset
        self.source = source
    }

    /// Reads what ``text`` wrote; nil for anything else.
    init?(_ text: String) {
        guard text.utf8.count <= 60 else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let numbers = parts.map { part in
            part.allSatisfy { (48...57).contains($0) } ? Int64(String(decoding: part, as: UTF8.self)) : nil
        }
        guard (1...3).contains(numbers.count), let offset = numbers[0] else { return nil }
        self.offset = offset
        guard numbers.count > 1 else { return }
        guard let attempt = numbers[1] else { return nil }
        source = Source(step: nil, attempt: Int(attempt))
        guard numbers.count > 2 else { return }
        guard let step = numbers[2] else { return nil }
        source?.step = Int(step)
    }
}

/// Turns entries of a log into pieces that a page can show; pure.
struct LogText {
    private let steps: [String]
    private(set) var position: LogPosition
    private var escapes = EscapeFilter()
    /// Bytes at the end of a piece that begin a character.
    private var rest: [UInt8] = []

    /// Makes a text that goes on somewhere.
    ///
    /// - Parameters:
    ///   - steps: the names of the job's steps.
    ///   - position: where to go on.
    init(steps: [String], from position: LogPosition) {
        self.steps = steps
        self.position = position
    }

    /// The pieces of a page of the log.
    mutating func add(_ page: LogPage) -> [View] {
        var pieces: [(kind: String, bytes: [UInt8])] = []
        for entry in page.entries {
            let source = LogPosition.Source(step: entry.step, attempt: entry.attempt)
            if source != position.source {
                if position.source != nil || source.step != nil || source.attempt > 1 {
                    pieces.append(("mark", Array(mark(source, at: entry.time).utf8)))
                }
                position.source = source
                escapes = EscapeFilter()
            }
            let bytes = escapes.filter(entry.bytes)
            let kind = entry.stream.rawValue
            if pieces.last?.kind == kind {
                pieces[pieces.count - 1].bytes += bytes
            } else {
                pieces.append((kind, bytes))
            }
        }
        position.offset = page.nextOffset
        let isLast = page.isComplete
        return pieces.enumerated().compactMap { index, piece in
            let text = text(piece.bytes, isLast: isLast || index < pieces.count - 1)
            return text.isEmpty ? nil : View(["kind": piece.kind, "text": text])
        }
    }

    private func mark(_ source: LogPosition.Source, at time: Timestamp) -> String {
        let name = source.step.map { steps.indices.contains($0) ? steps[$0] : "step \($0)" } ?? "job"
        let attempt = source.attempt > 1 ? ", attempt \(source.attempt)" : ""
        return "\(name)\(attempt) · \(TimeText.absolute(time))\n"
    }

    /// The bytes as text; what begins a character at the end waits for the rest of it, unless nothing follows.
    private mutating func text(_ bytes: [UInt8], isLast: Bool) -> String {
        var bytes = rest + bytes
        rest = []
        if !isLast {
            let tail = bytes.suffix(3).reversed().prefix { $0 & 0xC0 == 0x80 }.count
            let lead = bytes.dropLast(tail).last ?? 0
            let wanted = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0
            if wanted > tail {
                rest = Array(bytes.suffix(tail + 1))
                bytes.removeLast(tail + 1)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
