public import JobCore

extension SQLiteQueue {
    private static let storedCounts = Query("SELECT queue, phase, n FROM job_counts WHERE n > 0")
    static let later = Query(
        """
        SELECT queue, wait_reason = 1, count(*) FROM jobs
        WHERE phase = 0 AND due_us > created_us AND due_us > ?
        GROUP BY queue, wait_reason = 1
        """)
    private static let cancelling = Query(
        "SELECT queue, count(*) FROM jobs WHERE cancel_requested = 1 GROUP BY queue")

    /// Jobs that match a filter, newest first; see `QueueInspection.page(_:after:limit:)`.
    public func page(_ filter: JobFilter, after: JobID?, limit: Int) async throws -> JobPage {
        guard (1...1_000).contains(limit) else {
            throw QueueError(
                .invalidRequest, operation: "page", detail: "the limit is \(limit) but must lie between 1 and 1000")
        }
        let now = time.now
        return try await read("page") { session in
            let start = try after.map { id in try PageStart(id, session) }
            let selection = JobSelection(filter, at: now, start: start, limit: limit + 1)
            let jobs = try session.all(Query(selection.sql)) { row in
                for value in selection.values { value.bind(to: &row) }
            } read: {
                try session.storedJob($0).job
            }
            let page = Array(jobs.prefix(limit))
            return JobPage(jobs: page, next: jobs.count > limit ? page.last?.id : nil)
        }
    }

    /// Numbers of jobs, most of them kept up to date by each transaction; see `QueueInspection.counts()`.
    public func counts() async throws -> QueueCounts {
        let now = time.now
        return try await read("counts") { session in
            var counts = QueueCounts()
            try session.forEach(Self.storedCounts) { _ in
            } visit: { row in
                let status = try UniqueKey.Phase.decode(row.int64(1)).usualStatus
                counts.byQueue[row.text(0), default: [:]][status, default: 0] += row.int(2)
                return true
            }
            // Of the waiting jobs few wait for a time, and of the running ones few are to be stopped; those are
            // counted, and taken out of the numbers of the usual status.
            try session.forEach(Self.later) {
                $0.bind(now)
            } visit: { row in
                counts.move(row.int(2), in: row.text(0), from: .queued, to: row.bool(1) ? .retrying : .scheduled)
                return true
            }
            try session.forEach(Self.cancelling) { _ in
            } visit: { row in
                counts.move(row.int(1), in: row.text(0), from: .running, to: .cancelling)
                return true
            }
            return counts
        }
    }

    /// Deletes what need not be kept; see `QueueInspection.prune(limit:)`.
    public func prune(limit: Int) async throws -> Int {
        guard limit >= 1 else {
            throw QueueError(
                .invalidRequest, operation: "prune", detail: "the limit is \(limit) but must be at least 1")
        }
        return try await write("prune", weight: limit) { try $0.prune(limit: limit) }
    }
}

extension UniqueKey.Phase {
    /// The status of a job in the phase, unless it waits for a time or is to be stopped.
    fileprivate var usualStatus: JobStatus {
        switch self {
        case .waiting: .queued
        case .running: .running
        case .succeeded: .succeeded
        case .failed: .failed
        case .poisoned: .poisoned
        case .cancelled: .cancelled
        }
    }
}

extension QueueCounts {
    fileprivate mutating func move(_ count: Int, in queue: String, from: JobStatus, to: JobStatus) {
        let left = (byQueue[queue]?[from] ?? 0) - count
        byQueue[queue, default: [:]][from] = left > 0 ? left : nil
        byQueue[queue, default: [:]][to, default: 0] += count
    }
}
