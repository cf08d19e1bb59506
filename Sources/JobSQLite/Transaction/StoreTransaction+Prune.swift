internal import JobCore

extension StoreTransaction {
    static let prunable = Query(
        """
        SELECT seq, queue, phase FROM jobs
        WHERE retain_until_us IS NOT NULL AND retain_until_us <= ?
        ORDER BY retain_until_us LIMIT ?
        """)
    private static let delete = Query("DELETE FROM jobs WHERE seq = ?")

    /// Deletes finished jobs whose retention has ended; specifications, results, tags and logs go with them.
    func prune(limit: Int) throws -> Int {
        let rows = try session.all(Self.prunable) { row in
            row.bind(now)
            row.bind(limit)
        } read: { row in
            (seq: row.int64(0), queue: row.text(1), phase: try UniqueKey.Phase.decode(row.int64(2)))
        }
        for row in rows {
            try session.execute(Self.delete) { $0.bind(row.seq) }
            count(-1, row.queue, row.phase)
        }
        return rows.count
    }
}
