/// What a transaction changed, as far as a ``SignalHub`` tells of it.
public struct SignalBatch: Sendable {
    /// Whether anybody listens to single jobs; mostly nobody does, and then they need not be remembered.
    private let keepsJobs: Bool
    private(set) var jobs: [JobID] = []
    /// The named queues with work that may have become due.
    private(set) var queues: Set<String> = []
    /// The latest of them, because what changes together is mostly of one.
    private var latestQueue: String?
    private(set) var isEmpty = true

    init(keepsJobs: Bool) {
        self.keepsJobs = keepsJobs
    }

    /// Notes a change of a job.
    ///
    /// - Parameters:
    ///   - job: the job that changed.
    ///   - queue: its named queue, when work may have become due or a cancel was asked for; nil otherwise.
    public mutating func add(job: JobID, work queue: String?) {
        isEmpty = false
        if keepsJobs { jobs.append(job) }
        if let queue { add(work: queue) }
    }

    /// Notes that a named queue may have work, or room for more.
    public mutating func add(work queue: String) {
        isEmpty = false
        if queue == latestQueue { return }
        latestQueue = queue
        queues.insert(queue)
    }

    /// Notes what a committed transition means.
    public mutating func add(_ transition: Transition) {
        guard !transition.effects.isEmpty else { return }
        let concernsWorkers = transition.effects.contains { effect in
            switch effect {
            case .due, .cancelRequested: true
            // The next job of the lane may be in any named queue; its store publishes that one by itself.
            case .finished, .started, .attemptEnded, .stepSucceeded, .progressed, .edited: false
            }
        }
        add(job: transition.job.id, work: concernsWorkers ? transition.job.queue : nil)
    }
}
