internal import JobCore

/// A `JobFilter` as SQL; `JobFilter.matches(_:at:)` says what it must mean.
struct JobSelection {
    /// A value of a condition.
    enum Value {
        case integer(Int64)
        case text(String)
        case id(JobID)

        func bind(to row: inout Binder) {
            switch self {
            case .integer(let value): row.bind(value)
            case .text(let value): row.bind(value)
            case .id(let value): row.bind(value)
            }
        }
    }

    private(set) var values: [Value] = []
    private var conditions: [String] = []
    /// Names the index where SQLite, which knows no numbers of rows, would walk through all jobs by age instead.
    private var index = ""

    init(_ filter: JobFilter, at now: Timestamp, start: PageStart?, limit: Int) {
        switch start {
        case .row(let seq): add("seq < ?", .integer(seq))
        case .id(let id): add("id < ?", .id(id))
        case nil: break
        }
        addStatuses(filter.statuses, now)
        if !filter.queues.isEmpty {
            let queues = filter.queues.sorted()
            add(
                "queue IN (\(queues.map { _ in "?" }.joined(separator: ", ")))", queues.map(Value.text))
        }
        if let name = filter.name { add("name = ?", .text(name)) }
        for (key, value) in filter.tags.sorted(by: { $0.key < $1.key }) {
            add("seq IN (SELECT job FROM job_tags WHERE key = ? AND value = ?)", [.text(key), .text(value)])
        }
        if let time = filter.createdFrom { add("created_us >= ?", .integer(time.microseconds)) }
        if let time = filter.createdBefore { add("created_us < ?", .integer(time.microseconds)) }
        values.append(.integer(Int64(limit)))
    }

    var sql: String {
        let filter = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
        return """
            SELECT \(Session.jobColumns) FROM jobs \(index) JOIN job_specs ON job = seq
            \(filter)
            ORDER BY seq DESC LIMIT ?
            """
    }

    private mutating func add(_ condition: String, _ values: Value...) { add(condition, values) }

    private mutating func add(_ condition: String, _ values: [Value]) {
        conditions.append(condition)
        self.values.append(contentsOf: values)
    }

    private mutating func addStatuses(_ statuses: Set<JobStatus>, _ now: Timestamp) {
        guard !statuses.isEmpty else { return }
        var choices: [String] = []
        var values: [Value] = []
        for status in statuses.sorted(by: { $0.rawValue < $1.rawValue }) {
            let (choice, needsNow) = Self.condition(of: status)
            choices.append(choice)
            if needsNow { values.append(.integer(now.microseconds)) }
        }
        // Said once more, so that SQLite sees that the index of the unsuccessful jobs has all that are wanted.
        if statuses.isSubset(of: [.failed, .poisoned, .cancelled]) { conditions.append("phase >= 3") }
        if statuses.isSubset(of: [.running, .cancelling]) {
            conditions.append("phase = 1")
            index = "INDEXED BY jobs_leased"
        }
        add("(\(choices.joined(separator: " OR ")))", values)
    }

    private static func condition(of status: JobStatus) -> (sql: String, needsNow: Bool) {
        switch status {
        case .queued: ("phase = 0 AND due_us <= ?", true)
        case .scheduled: ("phase = 0 AND wait_reason <> 1 AND due_us > ?", true)
        case .retrying: ("phase = 0 AND wait_reason = 1 AND due_us > ?", true)
        case .running: ("phase = 1 AND cancel_requested = 0", false)
        case .cancelling: ("phase = 1 AND cancel_requested = 1", false)
        case .succeeded: ("phase = 2", false)
        case .failed: ("phase = 3", false)
        case .poisoned: ("phase = 4", false)
        case .cancelled: ("phase = 5", false)
        }
    }
}

/// Where a page of a listing starts.
enum PageStart {
    /// Before a row, newest first.
    case row(Int64)
    /// The last job of the page before has been deleted since; ids made by JobKit sort by time as rows do.
    case id(JobID)

    init(_ last: JobID, _ session: Session) throws {
        self = try session.seq(of: last).map(PageStart.row) ?? .id(last)
    }
}
