extension Job: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("id", id)
        writer.field("createdAt", createdAt)
        // What a store has just read goes on as it stands.
        if let encodedSpec { writer.field("spec", encoded: encodedSpec) } else { writer.field("spec", spec.json) }
        writeRecord(to: &writer)
    }

    /// Writes everything that may change, for those who know the rest.
    ///
    /// - Parameters:
    ///   - writer: takes it.
    ///   - knownSteps: how many of the first steps the reader knows to have succeeded; those never change again.
    package func writeRecord(to writer: inout WireWriter, knownSteps: Int = 0) {
        writer.object("state") { state.write(to: &$0) }
        writer.field("startedAt", startedAt)
        writer.field("generation", generation)
        writer.field("version", version)
        writer.field("cursor", cursor)
        // Steps that have not begun are all alike, and are left out at the end.
        let first = max(0, min(knownSteps, cursor))
        let end = steps.lastIndex { $0 != StepRecord() }.map { $0 + 1 } ?? 0
        if first > 0 { writer.field("stepsFrom", first) }
        writer.list("steps", steps[first..<max(first, end)]) { writer, step in writer.object { step.write(to: &$0) } }
        writer.list("attempts", attempts) { writer, attempt in writer.object { attempt.write(to: &$0) } }
        if let progress { writer.object("progress") { progress.write(to: &$0) } }
        if let failure { writer.object("failure") { failure.write(to: &$0) } }
        writer.field("deadlineAt", deadlineAt)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        let spec = try JobSpec.read(wire: fields)
        self.init(
            id: try fields.id("id"), spec: spec, createdAt: try fields.time("createdAt"),
            state: try fields.object("state", JobState.init(_:)), startedAt: nil, generation: 0, version: 0, cursor: 0,
            steps: [], attempts: [], progress: nil, failure: nil, deadlineAt: nil)
        try take(record: fields)
    }

    /// The same job with what ``writeRecord(to:)`` wrote of it.
    package func updated(record fields: WireObject) throws(WireFault) -> Job {
        var job = self
        job.state = try fields.object("state", JobState.init(_:))
        try job.take(record: fields)
        return job
    }

    private mutating func take(record fields: WireObject) throws(WireFault) {
        startedAt = try fields.optionalTime("startedAt")
        generation = try fields.integer("generation", in: 0...Int.max)
        version = try fields.integer("version", in: 1...Int.max)
        let count = spec.steps.count
        let first = try fields.optionalInteger("stepsFrom", in: 0...steps.count) ?? 0
        let records = try fields.list("steps", StepRecord.init(_:))
        // A record that does not fit its steps would lead whoever reads it out of bounds.
        guard first + records.count <= count else {
            throw WireFault(path: "steps", message: "must be at most one for each step of the job")
        }
        steps.removeSubrange(first...)
        steps += records
        while steps.count < count { steps.append(StepRecord()) }
        cursor = try fields.integer("cursor", in: 0...steps.count)
        attempts = try fields.list("attempts", Attempt.init(_:))
        progress = try fields.optionalObject("progress", JobProgress.init(_:))
        failure = try fields.optionalObject("failure", JobFailure.init(_:))
        deadlineAt = try fields.optionalTime("deadlineAt")
    }
}

extension JobSpec {
    /// Reads a specification that a store checked when it took the job: its shape is checked, its rules are not.
    static func read(wire fields: WireObject) throws(WireFault) -> JobSpec {
        guard let value = fields["spec"] else { throw WireFault(path: "spec", message: "is required") }
        let issues = IssueList()
        let spec = JobSpec.read(value, issues: issues)
        if let issue = issues.issues.first {
            throw WireFault(path: FieldIssue.join("spec", issue.path), message: issue.message)
        }
        guard let spec else { throw WireFault(path: "spec", message: "must be a job") }
        return spec
    }
}

extension NewJob: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("id", id)
        writer.field("spec", spec.json)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(try JobSpec.read(wire: fields), id: try fields.id("id"))
    }
}

extension JobState: WireValue {
    private enum Name: String, CaseIterable {
        case waiting, running, finished
    }

    package func write(to writer: inout WireWriter) {
        switch self {
        case .waiting(let until, let reason):
            writer.field("is", Name.waiting.rawValue)
            writer.field("until", until)
            writer.field("reason", reason.rawValue)
        case .running(let lease, let cancelRequested):
            writer.field("is", Name.running.rawValue)
            lease.write(to: &writer)
            writer.flag("cancelRequested", cancelRequested)
        case .finished(let outcome, let time):
            writer.field("is", Name.finished.rawValue)
            writer.field("outcome", outcome.rawValue)
            writer.field("at", time)
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        let name: Name = try fields.choice("is")
        switch name {
        case .waiting: self = .waiting(until: try fields.time("until"), reason: try fields.choice("reason"))
        case .running: self = .running(try Lease(fields), cancelRequested: try fields.bool("cancelRequested"))
        case .finished: self = .finished(try fields.choice("outcome"), at: try fields.time("at"))
        }
    }
}

extension Lease: WireValue {
    package func write(to writer: inout WireWriter) {
        LeaseKey(self).write(to: &writer)
        writer.field("expiresAt", expiresAt)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        let key = try LeaseKey(fields)
        self.init(worker: key.worker, generation: key.generation, expiresAt: try fields.time("expiresAt"))
    }
}

extension LeaseKey: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("worker", worker)
        writer.field("generation", generation)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            worker: try fields.string("worker"), generation: try fields.integer("generation", in: 0...Int.max))
    }
}
