public import JobCore

extension SQLiteQueue {
    private static let chunks = Query(
        """
        SELECT offset, step, attempt, stream, at_us, data FROM log_chunks
        WHERE job = ?1 AND offset >= coalesce(
            (SELECT max(offset) FROM log_chunks WHERE job = ?1 AND offset <= ?2), 0)
        ORDER BY offset
        """)
    private static let size = Query(
        "SELECT offset + length(data) FROM log_chunks WHERE job = ? ORDER BY offset DESC LIMIT 1")
    private static let isFinished = Query("SELECT phase >= 2 FROM jobs WHERE seq = ?")

    /// Appends chunks in the next group commit; see `JobLogs.append(_:)`.
    public func append(_ chunks: [LogChunk]) async throws {
        if chunks.isEmpty { return }
        try await write("append", weight: chunks.count) { try $0.append(chunks) }
    }

    /// Appends chunks and applies events in one transaction; see `JobLogs.apply(_:logging:)`.
    public func apply(
        _ events: [JobEvent], logging chunks: [LogChunk]
    ) async throws -> [Result<Job, TransitionRefused>] {
        if chunks.isEmpty { return try await apply(events) }
        let bounded = bounded(events)
        return try await write("apply", weight: events.count + chunks.count) { transaction in
            try transaction.append(chunks)
            return try transaction.apply(bounded)
        }
    }

    /// A part of a job's log; see `JobLogs.log(of:from:limit:)`.
    public func log(of job: JobID, from offset: Int64, limit: Int) async throws -> LogPage? {
        let start = max(0, offset)
        return try await read("log") { session in
            guard let seq = try session.seq(of: job) else { return nil }
            let isFinished =
                try session.first(Self.isFinished) {
                    $0.bind(seq)
                } read: {
                    $0.bool(0)
                } ?? true
            let size =
                try session.first(Self.size) {
                    $0.bind(seq)
                } read: {
                    $0.int64(0)
                } ?? 0
            let (entries, next) = try Self.entries(of: seq, from: start, limit: limit, session)
            return LogPage(entries: entries, nextOffset: next, isComplete: isFinished && next >= size)
        }
    }

    private static func entries(
        of seq: Int64, from start: Int64, limit: Int, _ session: Session
    ) throws -> (entries: [LogEntry], next: Int64) {
        var entries: [LogEntry] = []
        var next = start
        try session.forEach(chunks) { row in
            row.bind(seq)
            row.bind(start)
        } visit: { row in
            var bytes = row.bytes(5)
            let skipped = max(0, start - row.int64(0))
            guard skipped < bytes.count else { return true }
            if skipped > 0 { bytes.removeFirst(Int(skipped)) }
            next = row.int64(0) + skipped + Int64(bytes.count)
            entries.append(
                LogEntry(
                    time: row.time(4), step: row.optionalInt(1), attempt: row.int(2),
                    stream: try LogEntry.Stream.decode(row.int64(3)), bytes: bytes))
            return next - start < Int64(limit)
        }
        return (entries, next)
    }
}
