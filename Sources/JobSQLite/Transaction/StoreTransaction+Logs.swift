internal import JobCore

extension StoreTransaction {
    private static let holder = Query(
        "SELECT seq FROM jobs WHERE id = ? AND phase = 1 AND generation = ? AND worker = ?")
    private static let lastChunk = Query(
        """
        SELECT offset + length(data), generation, number, is_cut FROM log_chunks
        WHERE job = ?
        ORDER BY offset DESC LIMIT 1
        """)
    private static let insertChunk = Query(
        """
        INSERT INTO log_chunks (job, offset, generation, number, step, attempt, stream, at_us, is_cut, data)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)

    /// Where a job's log ends.
    private struct LogEnd {
        var size: Int64 = 0
        var generation: Int64 = -1
        var number: Int64 = -1
        var isCut = false
    }

    /// Appends chunks of running jobs; see `JobLogs.append(_:)`.
    func append(_ chunks: [LogChunk]) throws {
        var ends: [Int64: LogEnd] = [:]
        for chunk in chunks where !chunk.entry.bytes.isEmpty {
            guard let seq = try rowHeld(under: chunk.key, chunk.job) else { continue }
            var end = try ends[seq] ?? logEnd(of: seq)
            if try append(chunk, to: seq, &end) { news.touched.insert(chunk.job) }
            ends[seq] = end
        }
    }

    /// The row of a job that runs under a lease; nil when the lease is lost.
    func rowHeld(under key: LeaseKey, _ id: JobID) throws -> Int64? {
        if let known = cache[id] {
            return known.job.lease.map(LeaseKey.init) == key ? known.seq : nil
        }
        return try session.first(Self.holder) { row in
            row.bind(id)
            row.bind(key.generation)
            row.bind(key.worker)
        } read: {
            $0.int64(0)
        }
    }

    private func logEnd(of seq: Int64) throws -> LogEnd {
        try session.first(Self.lastChunk) {
            $0.bind(seq)
        } read: { row in
            LogEnd(size: row.int64(0), generation: row.int64(1), number: row.int64(2), isCut: row.bool(3))
        } ?? LogEnd()
    }

    /// Appends one chunk, or what fits of it; false when it is a repetition or the log is full.
    private func append(_ chunk: LogChunk, to seq: Int64, _ end: inout LogEnd) throws -> Bool {
        let isRepeated = chunk.key.generation == end.generation && chunk.number <= end.number
        guard !end.isCut, !isRepeated else { return false }
        let room = max(0, limits.logBytes - end.size)
        var entry = chunk.entry
        let isCut = entry.bytes.count > room
        if isCut { entry.bytes = Array(entry.bytes.prefix(Int(room))) }
        if !entry.bytes.isEmpty { try insert(entry, of: chunk, into: seq, &end) }
        guard isCut else { return true }
        entry.stream = .system
        entry.bytes = Array("\nThe log has reached its limit of \(limits.logBytes) bytes; nothing more is kept.\n".utf8)
        end.isCut = true
        try insert(entry, of: chunk, into: seq, &end)
        return true
    }

    private func insert(_ entry: LogEntry, of chunk: LogChunk, into seq: Int64, _ end: inout LogEnd) throws {
        end.generation = Int64(chunk.key.generation)
        end.number = Int64(chunk.number)
        try session.execute(Self.insertChunk) { row in
            row.bind(seq)
            row.bind(end.size)
            row.bind(end.generation)
            row.bind(end.number)
            row.bind(entry.step.map(Int64.init))
            row.bind(entry.attempt)
            row.bind(entry.stream.code)
            row.bind(entry.time)
            row.bind(end.isCut)
            row.bind(entry.bytes)
        }
        end.size += Int64(entry.bytes.count)
    }
}
