internal import JobCore

extension StoreTransaction {
    private static let insertChanges = Query("INSERT INTO job_changes (last, jobs) VALUES (?, ?)")
    private static let dropChanges = Query("DELETE FROM job_changes WHERE last <= ?")

    /// How many changes are kept at least, of 16 bytes each.
    private static let changesKept: Int64 = 200_000
    /// After how many further changes the oldest are deleted.
    private static let changesPerSweep: Int64 = 4_096

    /// Notes that a job changed; written once, by ``finish()``.
    func note(_ job: JobID) {
        // What happens to one job in one go is one change.
        if changed.last != job { changed.append(job) }
    }

    /// Writes one row for all that changed in this transaction.
    func writeChanges() throws {
        if changed.isEmpty { return }
        let before = try session.latestChange()
        let last = before + Int64(changed.count)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(changed.count * 16)
        for id in changed {
            withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { bytes.append(contentsOf: $0) }
        }
        try session.execute(Self.insertChanges) { row in
            row.bind(last)
            row.bind(bytes)
        }
        changed = []
        guard before / Self.changesPerSweep != last / Self.changesPerSweep, last > Self.changesKept else { return }
        try session.execute(Self.dropChanges) { $0.bind(last - Self.changesKept) }
    }
}

extension Session {
    private static let latestChange = Query("SELECT max(last) FROM job_changes")
    private static let oldestChange = Query("SELECT last - length(jobs) / 16 FROM job_changes ORDER BY last LIMIT 1")
    static let changesAfter = Query("SELECT last, jobs FROM job_changes WHERE last > ? ORDER BY last")

    /// The position of the latest change; 0 when there was none.
    func latestChange() throws -> Int64 {
        try first(Self.latestChange) { _ in
        } read: {
            $0.int64(0)
        } ?? 0
    }

    /// What changed after a position; see `ChangeFeed.changes(after:limit:)`.
    func changes(after position: Int64, limit: Int) throws -> ChangePage {
        let oldest =
            try first(Self.oldestChange) { _ in
            } read: {
                $0.int64(0)
            } ?? 0
        let latest = try latestChange()
        guard position <= latest else { return ChangePage(next: latest, isGap: true) }
        let start = max(position, oldest)
        var entries: [ChangeEntry] = []
        try forEach(Self.changesAfter) {
            $0.bind(start)
        } visit: { row in
            let bytes = row.bytes(1)
            let first = row.int64(0) - Int64(bytes.count / 16) + 1
            for place in max(0, Int(start + 1 - first))..<(bytes.count / 16) where entries.count < limit {
                guard let id = JobID(bytes: bytes[place * 16..<place * 16 + 16]) else { continue }
                entries.append(ChangeEntry(position: first + Int64(place), job: id))
            }
            return entries.count < limit
        }
        return ChangePage(changes: entries, next: entries.last?.position ?? start, isGap: position < oldest)
    }
}
