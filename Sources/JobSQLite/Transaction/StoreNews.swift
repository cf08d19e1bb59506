internal import JobCore

/// What a transaction did that others want to hear of, told after the commit.
struct StoreNews: Sendable {
    /// Jobs that were stored.
    var enqueued: [Job] = []
    /// Changes of jobs.
    var transitions: [Transition] = []
    /// Jobs that became the first of their lane, with their named queues.
    var unblocked: [(job: JobID, queue: String)] = []
    /// Jobs whose log grew.
    var logged: Set<JobID> = []

    var isEmpty: Bool { enqueued.isEmpty && transitions.isEmpty && unblocked.isEmpty && logged.isEmpty }
}
