internal import JobCore

/// Reads a job's log as it grows, woken by the store's signals.
struct LogFollower {
    let store: any JobStore
    let job: JobID

    private static let pageBytes = 256 << 10

    /// Passes on the log from an offset to its end, page by page.
    ///
    /// - Parameters:
    ///   - follows: whether to wait until the job has finished, and not only read what is there.
    ///   - deliver: takes a page that holds something; false ends the reading.
    /// - Returns: false when there is no such job.
    /// - Throws: `QueueError`; `CancellationError`; whatever `deliver` throws.
    @discardableResult
    func read(
        from start: Int64 = 0, follows: Bool, _ deliver: (LogPage) async throws -> Bool
    ) async throws -> Bool {
        // Before the first look, so that nothing falls between.
        var signals = follows ? store.signals(for: .job(job)).makeAsyncIterator() : nil
        var offset = start
        while true {
            guard let page = try await store.log(of: job, from: offset, limit: Self.pageBytes) else { return false }
            if !page.entries.isEmpty {
                offset = page.nextOffset
                guard try await deliver(page) else { return true }
                continue
            }
            if page.isComplete || signals == nil { return true }
            guard await signals?.next() != nil else {
                try Task.checkCancellation()
                return true
            }
        }
    }
}
