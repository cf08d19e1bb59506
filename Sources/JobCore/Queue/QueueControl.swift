/// A queue whose named queues can be paused and bounded.
///
/// Settings are kept by name, whether or not there are jobs of that name. They hold for all workers.
public protocol QueueControl: JobQueue {
    /// The settings of the named queues that have some besides the standard ones.
    ///
    /// - Throws: ``QueueError``.
    func queueSettings() async throws -> [String: NamedQueueSettings]

    /// Sets the settings of a named queue, durably and for all claims that begin after the call returns.
    ///
    /// Workers that wait are woken when there may be more for them to do than before.
    ///
    /// - Parameters:
    ///   - settings: the new settings, in place of all earlier ones; the standard ones are not kept.
    ///   - queue: the name.
    /// - Throws: ``QueueError`` with code `invalidRequest` when the name is no name of a queue or a number is out of
    ///   range, with code `full` when ``NamedQueueSettings/mostQueues`` have settings already.
    func setQueueSettings(_ settings: NamedQueueSettings, for queue: String) async throws
}

/// What people have decided about a named queue.
public struct NamedQueueSettings: Hashable, Sendable {
    /// Whether nothing is handed out: what runs goes on, and what waits stays, also when its lease has expired.
    ///
    /// Jobs past their deadline still end.
    public var isPaused: Bool
    /// The most jobs of the queue that run at once, over all workers, 1 to 1,000,000; nil for no limit.
    ///
    /// A job counts while its lease lasts. A lower limit than what runs stops nothing that runs.
    public var concurrency: Int?

    /// Makes settings; by default the standard ones, which restrict nothing.
    public init(isPaused: Bool = false, concurrency: Int? = nil) {
        self.isPaused = isPaused
        self.concurrency = concurrency
    }

    /// Whether they restrict nothing.
    public var isStandard: Bool { self == NamedQueueSettings() }

    /// How many named queues may have settings of their own.
    public static let mostQueues = 10_000

    /// Checks the settings and the name that they are for.
    ///
    /// - Throws: ``QueueError`` with code `invalidRequest`, saying what would be right.
    public func validate(for queue: String) throws(QueueError) {
        let issues = IssueList()
        let rules = FieldRules(issues: issues)
        rules.word(queue, "queue")
        if let concurrency { rules.range(concurrency, "concurrency", 1...1_000_000) }
        guard let issue = issues.issues.first else { return }
        throw QueueError(.invalidRequest, operation: "setQueueSettings", detail: issue.description)
    }
}
