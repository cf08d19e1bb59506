internal import DequeModule

/// The latest changes in their order; the oldest go when there are too many.
struct MemoryFeed {
    private var jobs = Deque<JobID>()
    /// The position of the latest change.
    private(set) var latest: Int64 = 0

    /// How many changes are kept, of 16 bytes each.
    private static let kept = 100_000
    /// The most changes of one page.
    private static let mostAtOnce = 10_000

    mutating func note(_ job: JobID) {
        // What happens to one job in one go is one change.
        if jobs.last == job, isFresh { return }
        isFresh = true
        jobs.append(job)
        latest += 1
        if jobs.count > Self.kept { jobs.removeFirst() }
    }

    /// Whether the latest change belongs to the transaction that runs.
    private var isFresh = false

    /// From here on, changes belong to another transaction.
    mutating func endTransaction() {
        isFresh = false
    }

    func page(after position: Int64, limit: Int) -> ChangePage {
        let oldest = latest - Int64(jobs.count)
        let position = max(0, position)
        guard position <= latest else { return ChangePage(next: latest, isGap: true) }
        let start = max(position, oldest)
        let first = Int(start - oldest)
        let last = min(jobs.count, first + min(max(1, limit), Self.mostAtOnce))
        let entries = (first..<last).map { ChangeEntry(position: oldest + Int64($0) + 1, job: jobs[$0]) }
        return ChangePage(
            changes: entries, next: entries.last?.position ?? start, isGap: position < oldest)
    }
}
