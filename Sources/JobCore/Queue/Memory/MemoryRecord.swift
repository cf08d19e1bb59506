/// One job inside a ``MemoryQueue``, with what the queue needs to find it.
///
/// Guarded by the queue's lock.
final class MemoryRecord {
    /// Where the record stands in its named queue.
    enum Place {
        /// In no list: finished, or kept back by its lane.
        case none
        /// Can be claimed.
        case ready
        /// Becomes due, or its lease expires, later.
        case timed
    }

    var job: Job
    /// The order of submission.
    let sequence: Int
    /// The named queue that the job is in.
    var queue: MemoryNamedQueue
    /// Where the record stands; list entries with another ticket than this one's are left-overs.
    var place = Place.none
    var ticket = 0
    /// The lease under which it was last put among the timed ones.
    var timedGeneration = 0
    /// Whether it counts as unfinished.
    var isLive = false
    /// Whether it stands among the finished ones that will be pruned.
    var isKept = false
    /// Whether an earlier job of its lane keeps it back.
    var isBlocked = false
    /// Whether it holds its unique key.
    var holdsKey = false
    /// The deadline under which it stands among those that have one.
    var deadline: Timestamp?
    /// The status under which it is counted.
    var countedAs: JobStatus?
    /// Whether it counts among those whose lease lasts.
    var isLeased = false
    var log = MemoryLog()
    var artifacts = MemoryArtifacts()

    init(_ job: Job, sequence: Int, queue: MemoryNamedQueue) {
        self.job = job
        self.sequence = sequence
        self.queue = queue
    }

    /// Whether a lease that was to expire at `time` now lasts longer.
    func wasRenewed(since time: Timestamp) -> Bool {
        job.lease.map { $0.expiresAt > time } ?? false
    }
}

/// The lists of one named queue.
///
/// Guarded by the queue's lock.
final class MemoryNamedQueue {
    /// What can be claimed, in the order of claims.
    var ready = Backlog<ReadyKey>()
    /// What becomes due, or whose lease expires, later.
    var timed = Backlog<TimeKey>()
    /// Numbers of jobs by status; due jobs count as scheduled until they are moved to `ready`.
    var counts = StatusCounts()
    /// How many jobs run under a lease that lasts, as far as `timed` has been brought up to date.
    private(set) var leases = 0

    func count(_ record: MemoryRecord, as status: JobStatus?) {
        guard record.countedAs != status else { return }
        if let old = record.countedAs { counts[old] -= 1 }
        if let status { counts[status] += 1 }
        record.countedAs = status
    }

    /// Notes whether a record's job runs under a lease that lasts.
    func note(_ record: MemoryRecord, isLeased: Bool) {
        guard record.isLeased != isLeased else { return }
        record.isLeased = isLeased
        leases += isLeased ? 1 : -1
    }

    /// Takes a record out of the list that it stands in; its entry there becomes a left-over.
    func withdraw(_ record: MemoryRecord) {
        record.ticket += 1
        switch record.place {
        case .none: break
        case .ready: ready.forgetOne()
        case .timed: timed.forgetOne()
        }
        record.place = .none
    }

    func makeReady(_ record: MemoryRecord, since due: Timestamp) {
        record.place = .ready
        ready.insert(record, by: ReadyKey(priority: record.job.spec.priority, due: due, sequence: record.sequence))
    }

    func makeTimed(_ record: MemoryRecord, until time: Timestamp) {
        record.place = .timed
        timed.insert(record, by: TimeKey(time: time, sequence: record.sequence))
    }
}

/// The order of claims: priority, then the time a job became due, then submission.
struct ReadyKey: Comparable {
    let priority: Int
    let due: Timestamp
    let sequence: Int

    static func < (left: ReadyKey, right: ReadyKey) -> Bool {
        if left.priority != right.priority { return left.priority < right.priority }
        if left.due != right.due { return left.due < right.due }
        return left.sequence < right.sequence
    }
}

/// The order of times.
struct TimeKey: Comparable {
    let time: Timestamp
    let sequence: Int

    static func < (left: TimeKey, right: TimeKey) -> Bool {
        left.time != right.time ? left.time < right.time : left.sequence < right.sequence
    }
}
