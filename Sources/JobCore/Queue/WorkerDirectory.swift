/// A queue that knows its workers.
///
/// A worker that says nothing for a while is still listed, with the time when it was last seen, and is forgotten after
/// ``WorkerRecord/keptUnseen``, or ``WorkerRecord/keptInterrupted`` when it told of an interruption. What it runs is known from the leases.
public protocol WorkerDirectory: JobQueue {
    /// Tells that a worker lives and what it serves; ``JobRunner`` does so at its start, every 20 s and at its end.
    ///
    /// A report with ``WorkerReport/isStopped`` takes the worker out of the directory. A report of a worker that was
    /// started at another time than the one known by its name is about a new worker, which an order to drain that
    /// the earlier one got does not concern.
    ///
    /// - Returns: what the worker is to do.
    /// - Throws: ``QueueError`` with code `invalidRequest` when a field is out of its range.
    func report(_ report: WorkerReport) async throws -> WorkerOrders

    /// The known workers in the order of their names, at most ``WorkerRecord/most``.
    ///
    /// - Throws: ``QueueError``.
    func workers() async throws -> [WorkerRecord]

    /// Orders a worker to claim nothing more, to finish what it runs, and to end.
    ///
    /// It hears of it by the answer to its next report.
    ///
    /// - Returns: whether there is such a worker.
    /// - Throws: ``QueueError``.
    func drain(worker: String) async throws -> Bool
}

/// What a worker tells of itself.
public struct WorkerReport: Hashable, Sendable {
    /// The worker's name, the same as in its claims; 1 to 200 characters.
    public var name: String
    /// The named queues that it serves, at most 1,000.
    public var queues: [String]
    /// How many jobs it runs at a time, 0 to 1,000,000.
    public var slots: Int
    /// The version of the program; at most 100 characters.
    public var version: String
    /// The name of its host; at most 255 characters.
    public var host: String
    /// Its process on that host; 0 when it has none.
    public var processID: Int
    /// When it began to work.
    public var startedAt: Timestamp
    /// Whether it claims nothing more and ends when what it runs has finished.
    public var isDraining: Bool
    /// Whether it has ended.
    public var isStopped: Bool
    /// What its machine was told, such as that it will be taken away; nil for nothing.
    public var notice: WorkerNotice?

    /// Makes a report, by default of a worker that works.
    public init(
        name: String, queues: [String], slots: Int, version: String = "", host: String = "", processID: Int = 0,
        startedAt: Timestamp, isDraining: Bool = false, isStopped: Bool = false, notice: WorkerNotice? = nil
    ) {
        self.name = name
        self.queues = queues
        self.slots = slots
        self.version = version
        self.host = host
        self.processID = processID
        self.startedAt = startedAt
        self.isDraining = isDraining
        self.isStopped = isStopped
        self.notice = notice
    }

    /// Checks lengths and ranges.
    ///
    /// - Throws: ``QueueError`` with code `invalidRequest`, naming the first offending field.
    public func validate() throws(QueueError) {
        let issues = IssueList()
        let rules = FieldRules(issues: issues)
        rules.text(name, "name", 1...200)
        if queues.count > 1_000 { issues.add("queues", "must have at most 1000 entries") }
        for (index, queue) in queues.prefix(1_000).enumerated() { rules.word(queue, "queues[\(index)]") }
        rules.range(slots, "slots", 0...1_000_000)
        if !version.isEmpty { rules.text(version, "version", 1...100) }
        if !host.isEmpty { rules.text(host, "host", 1...255) }
        if let notice, !notice.message.isEmpty { rules.text(notice.message, "notice.message", 1...1_000) }
        guard let issue = issues.issues.first else { return }
        throw QueueError(.invalidRequest, operation: "report", detail: issue.description)
    }
}

/// What the machine of a worker was told by those who own it.
public struct WorkerNotice: Hashable, Sendable {
    /// What is going to happen.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The machine is taken away at a time; nothing stops that.
        case interruption
        /// The machine is likelier than others to be taken away soon.
        case rebalance
        /// The machine will be stopped, restarted or retired for maintenance.
        case maintenance
        /// The worker cannot hear of notices any more.
        case blind
    }

    /// What is going to happen.
    public var kind: Kind
    /// When it happens, or when it was told; nil when nobody said.
    public var time: Timestamp?
    /// One sentence for people, at most 1,000 characters; may be empty.
    public var message: String

    /// Makes a notice.
    public init(_ kind: Kind, at time: Timestamp? = nil, message: String = "") {
        self.kind = kind
        self.time = time
        self.message = message
    }
}

/// What a worker is to do.
public struct WorkerOrders: Hashable, Sendable {
    /// Whether to claim nothing more, to finish what runs, and to end.
    public var drain: Bool

    /// Makes orders; by default to go on.
    public init(drain: Bool = false) {
        self.drain = drain
    }
}

/// What a queue knows of a worker.
public struct WorkerRecord: Hashable, Sendable {
    /// What it told last.
    public var report: WorkerReport
    /// When it told so.
    public var lastSeen: Timestamp
    /// The jobs that it holds, also those whose lease has expired, in the order of their ids.
    public var jobs: [JobID]
    /// Whether it drains, by its own will or because somebody ordered it to.
    public var isDraining: Bool

    /// Makes a record.
    public init(report: WorkerReport, lastSeen: Timestamp, jobs: [JobID] = [], isDraining: Bool = false) {
        self.report = report
        self.lastSeen = lastSeen
        self.jobs = jobs
        self.isDraining = isDraining
    }

    /// How long a worker is listed that says nothing: 24 hours.
    public static let keptUnseen = Duration.seconds(86_400)
    /// How long a worker is listed that says nothing after its machine was to be taken away: 10 minutes.
    public static let keptInterrupted = Duration.seconds(600)

    /// How many workers are known at a time; beyond it the one that was not seen for longest is forgotten.
    public static let most = 10_000

    /// Whether it said nothing for so long that it is not listed any more; for those who write a store.
    public func isForgotten(at now: Timestamp) -> Bool {
        lastSeen + (report.notice?.kind == .interruption ? Self.keptInterrupted : Self.keptUnseen) <= now
    }
}
