/// What one job has printed, for ``MemoryQueue``.
struct MemoryLog {
    private var entries: [LogEntry] = []
    /// Where each entry begins.
    private var offsets: [Int64] = []
    private var size: Int64 = 0
    private var isCut = false
    /// The last chunk that was taken: its lease and number.
    private var last = (generation: 0, number: -1)

    /// Appends a chunk that its lease allows.
    ///
    /// - Returns: whether the log has grown.
    mutating func append(_ chunk: LogChunk, limit: ByteCount) -> Bool {
        guard !chunk.entry.bytes.isEmpty, chunk.key.generation != last.generation || chunk.number > last.number else {
            return false
        }
        last = (chunk.key.generation, chunk.number)
        if isCut { return false }
        var entry = chunk.entry
        if size + Int64(entry.bytes.count) > limit.bytes {
            isCut = true
            entry.stream = .system
            entry.bytes = Array("The log has reached its limit of \(limit.jobText) and is cut here.\n".utf8)
        }
        entries.append(entry)
        offsets.append(size)
        size += Int64(entry.bytes.count)
        return true
    }

    /// A part of the log; see ``JobLogs/log(of:from:limit:)``.
    func page(from offset: Int64, limit: Int, isFinished: Bool) -> LogPage {
        let start = min(max(0, offset), size)
        var page = LogPage(entries: [], nextOffset: start, isComplete: false)
        var index = firstIndex(endingAfter: start)
        while index < entries.count, page.entries.isEmpty || page.nextOffset - start < Int64(limit) {
            var entry = entries[index]
            let skipped = Int(page.nextOffset - offsets[index])
            if skipped > 0 { entry.bytes.removeFirst(skipped) }
            page.entries.append(entry)
            page.nextOffset += Int64(entry.bytes.count)
            index += 1
        }
        page.isComplete = isFinished && page.nextOffset == size
        return page
    }

    private func firstIndex(endingAfter offset: Int64) -> Int {
        var range = 0..<entries.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let end = offsets[middle] + Int64(entries[middle].bytes.count)
            range = end <= offset ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
