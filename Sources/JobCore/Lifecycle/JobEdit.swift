/// A change of a waiting job by people; what is nil stays as it is.
///
/// Applied by ``JobEvent/Change/edit(_:ifVersion:)``, which refuses values that a new job may not have either.
public struct JobEdit: Hashable, Sendable {
    /// Lower runs first; −1,000,000 to 1,000,000.
    public var priority: Int?
    /// The named queue, 1 to 64 of `a-z A-Z 0-9 . _ -`.
    public var queue: String?
    /// When the job becomes due; a time in the past makes it due at once.
    public var notBefore: Timestamp?
    /// The longest wait before the first start, counted from when the job is due.
    public var deadline: Duration?
    /// All labels, in place of those that the job has.
    public var tags: [String: String]?

    /// Makes a change; by default one that changes nothing.
    public init(
        priority: Int? = nil, queue: String? = nil, notBefore: Timestamp? = nil, deadline: Duration? = nil,
        tags: [String: String]? = nil
    ) {
        self.priority = priority
        self.queue = queue
        self.notBefore = notBefore
        self.deadline = deadline
        self.tags = tags
    }

    /// Whether it changes nothing, whatever the job.
    public var isEmpty: Bool { self == JobEdit() }

    /// Checks the values by the rules that new jobs are checked by.
    ///
    /// - Throws: ``InvalidJob`` naming every offending field.
    public func validate() throws(InvalidJob) {
        let issues = IssueList()
        let rules = FieldRules(issues: issues)
        if let priority { rules.priority(priority) }
        if let queue { rules.queue(queue) }
        if let notBefore { rules.notBefore(notBefore) }
        rules.duration(deadline, "deadline", atLeast: .milliseconds(1))
        if let tags { rules.labels(tags, "tags", valueLimit: 256) }
        if !issues.issues.isEmpty { throw InvalidJob(issues: issues.issues) }
    }

    /// A specification with the change made.
    func applied(to spec: JobSpec) -> JobSpec {
        var spec = spec
        if let priority { spec.priority = priority }
        if let queue { spec.queue = queue }
        if let notBefore { spec.notBefore = notBefore }
        if let deadline { spec.deadline = deadline }
        if let tags { spec.tags = tags }
        return spec
    }
}
