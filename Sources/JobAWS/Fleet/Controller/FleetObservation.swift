public import JobCore

/// What the store knows of work and workers at a time.
///
/// The workers are read before the jobs: then a job that is claimed in between counts as work and its worker still as
/// free, which cancel out, and nothing is launched for it.
public struct FleetObservation: Hashable, Sendable {
    /// What is known of a worker.
    public struct Worker: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// The named queues that it serves.
        public var queues: [String]
        /// How many jobs it runs at a time.
        public var slots: Int
        /// How many it holds.
        public var jobs: Int
        /// When it reported last.
        public var lastSeen: Timestamp
        /// Whether it takes no more.
        public var isDraining: Bool
        /// What its machine was told.
        public var notice: WorkerNotice?

        /// Makes a worker.
        public init(
            name: String, queues: [String], slots: Int, jobs: Int, lastSeen: Timestamp, isDraining: Bool = false,
            notice: WorkerNotice? = nil
        ) {
            self.name = name
            self.queues = queues
            self.slots = slots
            self.jobs = jobs
            self.lastSeen = lastSeen
            self.isDraining = isDraining
            self.notice = notice
        }

        /// What a directory knows of a worker.
        public init(_ record: WorkerRecord) {
            self.init(
                name: record.report.name, queues: record.report.queues, slots: record.report.slots,
                jobs: record.jobs.count, lastSeen: record.lastSeen, isDraining: record.isDraining,
                notice: record.report.notice)
        }
    }

    /// How many jobs of each named queue wait for a worker.
    public var waiting: [String: Int]
    /// How many jobs of each named queue are held by workers, also by those that are gone.
    public var running: [String: Int]
    /// The workers.
    public var workers: [Worker]
    /// When instances were admitted that have not been seen at work, by their ids.
    public var enrolled: [String: Timestamp]

    /// Makes an observation.
    public init(
        waiting: [String: Int] = [:], running: [String: Int] = [:], workers: [Worker] = [],
        enrolled: [String: Timestamp] = [:]
    ) {
        self.waiting = waiting
        self.running = running
        self.workers = workers
        self.enrolled = enrolled
    }

    /// What a store tells, with the settings of the named queues: a paused queue has no work, a bounded one no more
    /// than its bound.
    public init(workers: [WorkerRecord], counts: QueueCounts, settings: [String: NamedQueueSettings]) {
        self.init(workers: workers.map(Worker.init))
        for (queue, byStatus) in counts.byQueue {
            let held = (byStatus[.running] ?? 0) + (byStatus[.cancelling] ?? 0)
            var due = byStatus[.queued] ?? 0
            if let setting = settings[queue] {
                if setting.isPaused { due = 0 }
                if let most = setting.concurrency { due = min(due, max(0, most - held)) }
            }
            if due > 0 { waiting[queue] = due }
            if held > 0 { running[queue] = held }
        }
    }

    /// Leaves out jobs that wait for another one of their lane: more workers would not bring them forward.
    ///
    /// - Parameters:
    ///   - queued: jobs that wait for a worker; of more than these nothing is left out.
    ///   - running: jobs that are held by workers.
    public mutating func leaveOutLanes(queued: [Job], running: [Job]) {
        let busy = Set(running.compactMap(Lane.init))
        var seen = busy
        for job in queued {
            guard let lane = Lane(job), !seen.insert(lane).inserted else { continue }
            let left = (waiting[job.spec.queue] ?? 0) - 1
            waiting[job.spec.queue] = left > 0 ? left : nil
        }
    }

    private struct Lane: Hashable {
        let queue: String
        let name: String

        init?(_ job: Job) {
            guard let name = job.spec.lane else { return nil }
            self.queue = job.spec.queue
            self.name = name
        }
    }
}
