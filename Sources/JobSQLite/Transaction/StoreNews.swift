internal import JobCore

/// What a transaction did that others want to hear of, told after the commit.
struct StoreNews: Sendable {
    /// Jobs that were stored.
    var enqueued: [Job] = []
    /// Those of them that were leased by the same transaction, so that there is no work for others.
    var leased: Set<JobID> = []
    /// Changes of jobs.
    var transitions: [Transition] = []
    /// Jobs that became the first of their lane, with their named queues.
    var unblocked: [(job: JobID, queue: String)] = []
    /// Jobs whose log or artifacts grew, or that were deleted.
    var touched: Set<JobID> = []
    /// Named queues that may have room for further jobs, because of their settings or an end.
    var freed: Set<String> = []

    var isEmpty: Bool {
        enqueued.isEmpty && transitions.isEmpty && unblocked.isEmpty && touched.isEmpty && freed.isEmpty
    }
}
