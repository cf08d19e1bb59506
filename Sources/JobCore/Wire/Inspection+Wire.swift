extension JobFilter: WireValue {
    package func write(to writer: inout WireWriter) {
        if !statuses.isEmpty { writer.list("statuses", statuses.map(\.rawValue).sorted()) { $0.value($1) } }
        if !queues.isEmpty { writer.list("queues", queues.sorted()) { $0.value($1) } }
        writer.field("name", name)
        writer.texts("tags", tags)
        writer.field("createdFrom", createdFrom)
        writer.field("createdBefore", createdBefore)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        var statuses: Set<JobStatus> = []
        for (index, name) in try fields.strings("statuses").enumerated() {
            guard let status = JobStatus(rawValue: name) else {
                throw WireFault(path: "statuses[\(index)]", message: "is no status of a job")
            }
            statuses.insert(status)
        }
        self.init(
            statuses: statuses, queues: Set(try fields.strings("queues")), name: try fields.optionalString("name"),
            tags: try fields.texts("tags"), createdFrom: try fields.optionalTime("createdFrom"),
            createdBefore: try fields.optionalTime("createdBefore"))
    }
}

extension JobPage: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.list("jobs", jobs) { writer, job in writer.object { job.write(to: &$0) } }
        writer.field("next", next)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(jobs: try fields.list("jobs", Job.init(_:)), next: try fields.optionalID("next"))
    }
}

extension QueueCounts: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.map("byQueue", byQueue) { writer, counts in
            writer.object { writer in
                for status in JobStatus.allCases { writer.field(status.wireName, counts[status]) }
            }
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(byQueue: try fields.map("byQueue", as: "numbers by status", Self.counts))
    }

    private static func counts(_ value: JSONValue) -> [JobStatus: Int]? {
        guard case .object(let members) = value else { return nil }
        var counts: [JobStatus: Int] = [:]
        for (name, number) in members {
            guard let status = JobStatus(rawValue: name), let count = number.integerValue, count >= 0 else {
                return nil
            }
            counts[status] = Int(count)
        }
        return counts
    }
}

extension JobStatus {
    /// The raw value as a literal, which writing needs no memory for.
    fileprivate var wireName: StaticString {
        switch self {
        case .scheduled: "scheduled"
        case .queued: "queued"
        case .retrying: "retrying"
        case .running: "running"
        case .cancelling: "cancelling"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .poisoned: "poisoned"
        case .cancelled: "cancelled"
        }
    }
}
