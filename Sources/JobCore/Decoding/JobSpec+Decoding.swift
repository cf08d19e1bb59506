extension JobSpec {
    /// Reads a job as job files and API bodies hold it; `Docs/job-file.md` lists the fields.
    ///
    /// - Throws: ``InvalidJob`` naming every unknown, read-only, missing, duplicate or ill-formed field.
    public init(json: JSONValue) throws(InvalidJob) {
        let issues = IssueList()
        guard let spec = Self.read(json, issues: issues) else { throw InvalidJob(issues: issues.issues) }
        // One answer names all faults: also those that only a look at the values finds.
        issues.settle()
        spec.check(FieldRules(issues: issues))
        if !issues.issues.isEmpty { throw InvalidJob(issues: issues.issues) }
        self = spec
    }

    /// Reads what a store wrote from ``json``: the shape is checked, the rules are not checked again.
    ///
    /// - Parameter bytes: UTF-8 JSON.
    /// - Throws: ``InvalidJob`` or `JSONSyntaxError` when the bytes are no stored specification.
    public init(stored bytes: [UInt8]) throws {
        let issues = IssueList()
        // A handler's input may itself be as deep as a document; it stands a few levels down.
        let spec = Self.read(try JSONParser.parse(bytes, depthLimit: 128), issues: issues)
        guard let spec, issues.issues.isEmpty else { throw InvalidJob(issues: issues.issues) }
        self = spec
    }

    /// The fields of a job's JSON that only JobKit writes.
    static let readOnlyFields: Set<String> = [
        "id", "status", "createdAt", "startedAt", "finishedAt", "cursor", "version", "progress", "failure", "attempts",
    ]

    static func read(_ json: JSONValue, issues: IssueList) -> JobSpec? {
        guard var reader = FieldReader(json, path: "", issues: issues) else { return nil }
        var spec = JobSpec(name: reader.required("name") ?? "")
        spec.queue = reader.string("queue") ?? JobSpec.defaultQueue
        spec.priority = reader.integer("priority") ?? 0
        spec.lane = reader.string("lane")
        spec.unique = uniqueKey(&reader)
        spec.tags = reader.textMap("tags")
        spec.metadata = reader.textMap("metadata")
        spec.notBefore = reader.time("notBefore")
        spec.deadline = reader.duration("deadline")
        spec.retention = reader.duration("retention")
        spec.retry = RetryOptions(&reader)
        spec.timeout = reader.duration("timeout")
        spec.jobTimeout = reader.duration("jobTimeout")
        spec.traceContext = reader.textMap("traceContext")
        spec.callbacks = reader.list("callbacks").map { Callback.read($0.value, path: $0.path, issues: issues) }
        if reader.value("steps") == nil { reader.fault("steps", "is required; an empty list succeeds at once") }
        spec.steps = reader.list("steps").map { StepSpec.read($0.value, path: $0.path, issues: issues) }
        reader.finish(readOnly: readOnlyFields)
        return spec
    }

    private static func uniqueKey(_ reader: inout FieldReader) -> UniqueKey? {
        let key = reader.string("uniqueKey")
        let phases = reader.textList("uniqueWhile")
        guard let key else {
            if phases != nil { reader.fault("uniqueWhile", "needs a uniqueKey") }
            return nil
        }
        guard let phases else { return UniqueKey(key) }
        var chosen: Set<UniqueKey.Phase> = []
        for (index, name) in phases.enumerated() {
            if let phase = UniqueKey.Phase(rawValue: name) {
                chosen.insert(phase)
            } else {
                let names = UniqueKey.Phase.allCases.map(\.rawValue).joined(separator: ", ")
                reader.fault("uniqueWhile[\(index)]", "must be one of \(names)")
            }
        }
        return UniqueKey(key, while: chosen)
    }
}

extension Callback {
    /// Reads a callback; what cannot be read is noted and left open.
    fileprivate static func read(_ json: JSONValue, path: String, issues: IssueList) -> Callback {
        var callback = Callback(url: "")
        guard var reader = FieldReader(json, path: path, issues: issues) else { return callback }
        callback.url = reader.required("url") ?? ""
        if let names = reader.textList("on") {
            callback.outcomes = []
            for (index, name) in names.enumerated() {
                if let outcome = Outcome(rawValue: name) {
                    callback.outcomes.insert(outcome)
                } else {
                    let all = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
                    reader.fault("on[\(index)]", "must be one of \(all)")
                }
            }
        }
        reader.finish()
        return callback
    }
}

extension StepSpec {
    static let readOnlyFields: Set<String> = ["kind", "status", "attempts", "startedAt", "finishedAt", "output"]

    /// Reads a step; what cannot be read is noted and left open, so that the steps after it keep their places.
    static func read(_ json: JSONValue, path: String, issues: IssueList) -> StepSpec {
        var step = StepSpec(name: "", action: .handler(HandlerAction(name: "unread")))
        guard var reader = FieldReader(json, path: path, issues: issues) else { return step }
        step.name = reader.required("name") ?? ""
        if let action = StepAction.read(&reader) { step.action = action }
        step.retry = RetryOptions(&reader)
        step.timeout = reader.duration("timeout")
        step.environment = reader.textMap("environment")
        reader.finish(readOnly: readOnlyFields)
        return step
    }
}

extension RetryOptions {
    /// Reads the `retry` field of a job or a step; open settings when it is absent.
    init(_ outer: inout FieldReader) {
        self.init()
        guard let value = outer.value("retry"),
            var reader = FieldReader(value, path: outer.path(of: "retry"), issues: outer.issues)
        else { return }
        limit = reader.integer("limit")
        backoff = reader.choice("backoff")
        base = reader.number("base")
        multiplier = reader.number("multiplier")
        exponent = reader.number("exponent")
        cap = reader.duration("cap")
        jitter = reader.number("jitter")
        reader.finish()
    }
}
