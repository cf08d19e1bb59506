internal import JobCore

// A lane's jobs run one at a time, in order of submission. All unfinished jobs of a lane but one have `blocked` set,
// which keeps them out of the index that claims read; the flags change in the transaction that changes the jobs.

extension StoreTransaction {
    static let unfinished = Query(
        "SELECT 1 FROM jobs WHERE lane = ? AND phase <= 1 LIMIT 1")
    static let front = Query(
        "SELECT 1 FROM jobs WHERE lane = ? AND blocked = 0 AND phase <= 1 AND seq <> ? LIMIT 1")
    static let next = Query(
        """
        SELECT seq, id, queue FROM jobs
        WHERE lane = ? AND blocked = 1 AND phase <= 1
        ORDER BY seq LIMIT 1
        """)
    private static let unblock = Query("UPDATE jobs SET blocked = 0 WHERE seq = ?")

    /// Whether a lane has a job without an outcome, so that a new one must wait for it.
    func hasUnfinished(_ lane: String) throws -> Bool {
        try session.first(Self.unfinished) {
            $0.bind(lane)
        } read: { _ in
            true
        } ?? false
    }

    /// Whether a lane has a job at its front besides one.
    func hasFront(_ lane: String, besides seq: Int64) throws -> Bool {
        try session.first(Self.front) { row in
            row.bind(lane)
            row.bind(seq)
        } read: { _ in
            true
        } ?? false
    }

    /// Lets the next job of a lane come to the front when the front is empty.
    func advance(_ lane: String) throws {
        // Row numbers begin at 1, so that this leaves out no job.
        guard try !hasFront(lane, besides: 0) else { return }
        let found = try session.first(Self.next) {
            $0.bind(lane)
        } read: { row in
            (seq: row.int64(0), id: row.jobID(1), queue: row.text(2))
        }
        guard let found, let id = found.id else { return }
        try session.execute(Self.unblock) { $0.bind(found.seq) }
        news.unblocked.append((id, found.queue))
    }
}
