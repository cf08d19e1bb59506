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
        var records: [ChunkRecord] = []
        for chunk in chunks where !chunk.entry.bytes.isEmpty {
            guard let seq = try rowHeld(under: chunk.key, chunk.job) else { continue }
            var end = try ends[seq] ?? logEnd(of: seq)
            if append(chunk, to: seq, &end, &records) { news.touched.insert(chunk.job) }
            ends[seq] = end
        }
        try ChunkRecord.write(records, session)
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
    private func append(
        _ chunk: LogChunk, to seq: Int64, _ end: inout LogEnd, _ records: inout [ChunkRecord]
    ) -> Bool {
        let isRepeated = chunk.key.generation == end.generation && chunk.number <= end.number
        guard !end.isCut, !isRepeated else { return false }
        let room = max(0, limits.logBytes - end.size)
        var entry = chunk.entry
        let isCut = entry.bytes.count > room
        if isCut { entry.bytes = Array(entry.bytes.prefix(Int(room))) }
        if !entry.bytes.isEmpty { records.append(record(entry, of: chunk, into: seq, &end)) }
        guard isCut else { return true }
        entry.stream = .system
        entry.bytes = Array("\nThe log has reached its limit of \(limits.logBytes) bytes; nothing more is kept.\n".utf8)
        end.isCut = true
        records.append(record(entry, of: chunk, into: seq, &end))
        return true
    }

    private func record(
        _ entry: LogEntry, of chunk: LogChunk, into seq: Int64, _ end: inout LogEnd
    ) -> ChunkRecord {
        end.generation = Int64(chunk.key.generation)
        end.number = Int64(chunk.number)
        defer { end.size += Int64(entry.bytes.count) }
        return ChunkRecord(
            job: seq, offset: end.size, generation: end.generation, number: end.number, isCut: end.isCut, entry: entry)
    }
}

/// A row of `log_chunks`.
private struct ChunkRecord {
    let job: Int64
    let offset: Int64
    let generation: Int64
    let number: Int64
    let isCut: Bool
    let entry: LogEntry

    private static let insert = BulkQuery { rows in
        """
        INSERT INTO log_chunks (job, offset, generation, number, step, attempt, stream, at_us, is_cut, data)
        VALUES \(BulkQuery.list("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows))
        """
    }

    static func write(_ records: [ChunkRecord], _ session: Session) throws {
        try insert.forEachPart(of: records.indices) { query, part in
            try session.execute(query) { row in
                for record in records[part] {
                    row.bind(record.job)
                    row.bind(record.offset)
                    row.bind(record.generation)
                    row.bind(record.number)
                    row.bind(record.entry.step.map(Int64.init))
                    row.bind(record.entry.attempt)
                    row.bind(record.entry.stream.code)
                    row.bind(record.entry.time)
                    row.bind(record.isCut)
                    row.bind(record.entry.bytes)
                }
            }
        }
    }
}
