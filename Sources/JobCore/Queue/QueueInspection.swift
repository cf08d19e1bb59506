/// A queue that can be looked through and cleaned up.
public protocol QueueInspection: JobQueue {
    /// Jobs that match a filter, newest first: the one that was submitted last comes first.
    ///
    /// Paging is stable: while jobs come and go, no job that stays is shown twice or left out, also when the job that
    /// `after` names is gone. Its place is then told from the time that ids made by JobKit begin with.
    ///
    /// - Parameters:
    ///   - filter: what to show.
    ///   - after: the last job of the page before; nil for the first page.
    ///   - limit: the most jobs to return, 1 to 1,000.
    /// - Throws: ``QueueError``.
    func page(_ filter: JobFilter, after: JobID?, limit: Int) async throws -> JobPage

    /// How many jobs of each named queue are in each status now.
    ///
    /// After the clock was set back, jobs that were due before may still count as queued.
    ///
    /// - Throws: ``QueueError``.
    func counts() async throws -> QueueCounts

    /// Deletes finished jobs, with logs and outputs, whose retention has ended.
    ///
    /// - Parameter limit: the most jobs to delete in one call, so that each call stays short.
    /// - Returns: how many were deleted.
    /// - Throws: ``QueueError``.
    func prune(limit: Int) async throws -> Int
}

/// Which jobs to show; what is empty or nil does not restrict.
public struct JobFilter: Hashable, Sendable {
    /// Any of these statuses.
    public var statuses: Set<JobStatus>
    /// Any of these named queues.
    public var queues: Set<String>
    /// Exactly this name.
    public var name: String?
    /// All of these tags.
    public var tags: [String: String]
    /// Stored at or after this time.
    public var createdFrom: Timestamp?
    /// Stored before this time.
    public var createdBefore: Timestamp?

    /// Makes a filter; by default one that shows all.
    public init(
        statuses: Set<JobStatus> = [], queues: Set<String> = [], name: String? = nil, tags: [String: String] = [:],
        createdFrom: Timestamp? = nil, createdBefore: Timestamp? = nil
    ) {
        self.statuses = statuses
        self.queues = queues
        self.name = name
        self.tags = tags
        self.createdFrom = createdFrom
        self.createdBefore = createdBefore
    }

    /// Whether a job passes at a time; the meaning that every store's own selection must have.
    public func matches(_ job: Job, at now: Timestamp) -> Bool {
        (statuses.isEmpty || statuses.contains(job.status(at: now)))
            && (queues.isEmpty || queues.contains(job.queue))
            && (name == nil || name == job.spec.name)
            && tags.allSatisfy { job.spec.tags[$0.key] == $0.value }
            && (createdFrom.map { job.createdAt >= $0 } ?? true)
            && (createdBefore.map { job.createdAt < $0 } ?? true)
    }
}

/// Some jobs of a listing.
public struct JobPage: Hashable, Sendable {
    /// The jobs, newest first.
    public var jobs: [Job]
    /// Where the next page starts; nil when this is the last.
    public var next: JobID?

    /// Makes a page.
    public init(jobs: [Job], next: JobID?) {
        self.jobs = jobs
        self.next = next
    }
}

/// Numbers of jobs by named queue and status.
public struct QueueCounts: Hashable, Sendable {
    /// The numbers; statuses without jobs may be missing.
    public var byQueue: [String: [JobStatus: Int]]

    /// Makes counts.
    public init(byQueue: [String: [JobStatus: Int]] = [:]) {
        self.byQueue = byQueue
    }

    /// The number of jobs in a status, in one named queue or in all.
    public func count(_ status: JobStatus, in queue: String? = nil) -> Int {
        byQueue.reduce(0) { queue == nil || queue == $1.key ? $0 + ($1.value[status] ?? 0) : $0 }
    }

    /// The number of jobs that have no outcome yet.
    public var unfinished: Int {
        [.scheduled, .queued, .retrying, .running, .cancelling].reduce(0) { $0 + count($1) }
    }
}
