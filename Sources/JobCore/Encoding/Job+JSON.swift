extension Job {
    /// The job as `--json` and the HTTP API show it at a time.
    ///
    /// Holds no secrets of its specification.
    ///
    /// Fields that are not set are `null`, so that every job has the same shape.
    public func json(at now: Timestamp) -> JSONValue {
        var object = ObjectBuilder()
        object["id"] = .string(id.description)
        object["name"] = .string(spec.name)
        object["queue"] = .string(spec.queue)
        object["status"] = .string(status(at: now).rawValue)
        object["priority"] = .integer(Int64(spec.priority))
        object["lane"] = spec.lane.map(JSONValue.string) ?? .null
        object["uniqueKey"] = (spec.unique?.key).map(JSONValue.string) ?? .null
        object["createdAt"] = JSONValue(time: createdAt)
        object["startedAt"] = JSONValue(time: startedAt)
        object["finishedAt"] = JSONValue(time: finishedAt)
        object["notBefore"] = JSONValue(time: spec.notBefore)
        if case .waiting(let until, _) = state, until > now {
            object["nextAttemptAt"] = JSONValue(time: until)
        } else {
            object["nextAttemptAt"] = .null
        }
        object["cursor"] = .integer(Int64(cursor))
        object["version"] = .integer(Int64(version))
        object["tags"] = JSONValue(texts: spec.tags) ?? .object(JSONObject())
        object["metadata"] = JSONValue(texts: spec.metadata) ?? .object(JSONObject())
        object["progress"] = progress?.json ?? .null
        object["failure"] = failure?.json ?? .null
        object["attempts"] = .array(attempts.map(\.json))
        object["steps"] = .array(zip(spec.steps, steps).map { step, record in record.json(of: step) })
        return object.json
    }
}

extension StepRecord {
    fileprivate func json(of step: StepSpec) -> JSONValue {
        var object = ObjectBuilder()
        object["name"] = .string(step.name)
        object["kind"] = .string(step.action.kind)
        object["status"] = .string(status.rawValue)
        object["attempts"] = .integer(Int64(attempts))
        object["startedAt"] = JSONValue(time: startedAt)
        object["finishedAt"] = JSONValue(time: finishedAt)
        object["output"] = output?.document ?? .null
        return object.json
    }
}

extension StepOutput {
    /// The whole output as JSON with the fields that are set; ``init(document:)`` reads it back.
    public var document: JSONValue {
        var object = ObjectBuilder()
        object["exitCode"] = exitCode.map { .integer(Int64($0)) }
        object["signal"] = signal.map { .integer(Int64($0)) }
        object["status"] = status.map { .integer(Int64($0)) }
        object["headers"] = headers.map { JSONValue(texts: $0) ?? .object(JSONObject()) }
        object["body"] = body.map(JSONValue.string)
        object["json"] = json
        if isTruncated { object["truncated"] = true }
        if !details.isEmpty { object["details"] = .object(details) }
        return object.json
    }

    /// Reads what ``document`` wrote; fields of another shape are left out.
    public init(document: JSONValue) {
        self.init(
            exitCode: document["exitCode"]?.integerValue.map(Int.init),
            signal: document["signal"]?.integerValue.map(Int.init),
            status: document["status"]?.integerValue.map(Int.init), headers: document["headers"]?.textMap,
            body: document["body"]?.stringValue, json: document["json"],
            isTruncated: document["truncated"]?.boolValue ?? false)
        if case .object(let details)? = document["details"] { self.details = details }
    }
}

extension Attempt {
    /// The attempt as `--json` shows it; ``init(json:)`` reads it back.
    public var json: JSONValue {
        var object = ObjectBuilder()
        object["number"] = .integer(Int64(number))
        object["worker"] = .string(worker)
        object["startedAt"] = JSONValue(time: startedAt)
        object["finishedAt"] = JSONValue(time: finishedAt)
        object["outcome"] = outcome.map { .string($0.rawValue) } ?? .null
        object["message"] = message.map(JSONValue.string) ?? .null
        return object.json
    }

    /// Reads what ``json`` wrote; nil when it is no attempt.
    public init?(json: JSONValue) {
        guard let number = json["number"]?.integerValue, let worker = json["worker"]?.stringValue,
            let startedAt = json["startedAt"]?.stringValue.flatMap(Timestamp.init)
        else { return nil }
        self.init(
            number: Int(number), worker: worker, startedAt: startedAt,
            finishedAt: json["finishedAt"]?.stringValue.flatMap(Timestamp.init),
            outcome: json["outcome"]?.stringValue.flatMap(Outcome.init), message: json["message"]?.stringValue)
    }
}

extension JobFailure {
    /// The failure as `--json` shows it; ``init(json:)`` reads it back.
    public var json: JSONValue {
        var object = ObjectBuilder()
        object["code"] = .string(code.rawValue)
        object["message"] = .string(message)
        object["step"] = step.map(JSONValue.string) ?? .null
        return object.json
    }

    /// Reads what ``json`` wrote; nil when it is no failure.
    public init?(json: JSONValue) {
        guard let code = json["code"]?.stringValue, let message = json["message"]?.stringValue else { return nil }
        self.init(code: FailureCode(rawValue: code), message: message, step: json["step"]?.stringValue)
    }
}

extension JobProgress {
    /// The progress as `--json` shows it; ``init(json:)`` reads it back.
    public var json: JSONValue {
        var object = ObjectBuilder()
        object["fraction"] = fraction.map(JSONValue.number) ?? .null
        object["message"] = message.map(JSONValue.string) ?? .null
        return object.json
    }

    /// Reads what ``json`` wrote; nil when it is no progress.
    public init?(json: JSONValue) {
        guard case .object = json else { return nil }
        self.init(fraction: json["fraction"]?.numberValue, message: json["message"]?.stringValue)
    }
}
