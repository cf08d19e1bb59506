extension JobSpec {
    /// The specification as a job file would hold it; ``init(json:)`` reads the same specification back.
    ///
    /// It holds everything, also what may be secret; it is for stores, not for listings.
    public var json: JSONValue {
        var object = ObjectBuilder()
        object["name"] = .string(name)
        if queue != JobSpec.defaultQueue { object["queue"] = .string(queue) }
        if priority != 0 { object["priority"] = .integer(Int64(priority)) }
        object["lane"] = lane.map(JSONValue.string)
        if let unique {
            object["uniqueKey"] = .string(unique.key)
            if unique.phases != UniqueKey.untilFinished {
                object["uniqueWhile"] = .array(unique.phases.map(\.rawValue).sorted().map(JSONValue.string))
            }
        }
        object["tags"] = JSONValue(texts: tags)
        object["metadata"] = JSONValue(texts: metadata)
        object["notBefore"] = notBefore.map { .string($0.description) }
        object["deadline"] = deadline.map(JSONValue.init(duration:))
        object["retention"] = retention.map(JSONValue.init(duration:))
        object["retry"] = retry.json
        object["timeout"] = timeout.map(JSONValue.init(duration:))
        object["jobTimeout"] = jobTimeout.map(JSONValue.init(duration:))
        object["traceContext"] = JSONValue(texts: traceContext)
        if !callbacks.isEmpty { object["callbacks"] = .array(callbacks.map(\.json)) }
        object["steps"] = .array(steps.map(\.json))
        return object.json
    }
}

extension Callback {
    /// The callback as a job file would hold it; its URL may hold secrets.
    public var json: JSONValue {
        var object = ObjectBuilder()
        object["url"] = .string(url)
        if outcomes != Set(Outcome.allCases) {
            object["on"] = .array(outcomes.map(\.rawValue).sorted().map(JSONValue.string))
        }
        return object.json
    }
}

extension StepSpec {
    /// The step as a job file would hold it; may hold secrets.
    public var json: JSONValue {
        var object = ObjectBuilder()
        object["name"] = .string(name)
        switch action {
        case .http(let action): object["http"] = action.json
        case .command(let action): object["command"] = action.json
        case .script(let action): object["script"] = action.json
        case .container(let action): object["container"] = action.json
        case .handler(let action):
            var inner = ObjectBuilder()
            inner["name"] = .string(action.name)
            if action.input != .null { inner["input"] = action.input }
            object["handler"] = inner.json
        }
        object["retry"] = retry.json
        object["timeout"] = timeout.map(JSONValue.init(duration:))
        object["environment"] = JSONValue(texts: environment)
        return object.json
    }
}

extension RetryOptions {
    /// The settings that are said; nil when none is.
    var json: JSONValue? {
        if self == RetryOptions() { return nil }
        var object = ObjectBuilder()
        object["limit"] = limit.map { .integer(Int64($0)) }
        object["backoff"] = backoff.map { .string($0.rawValue) }
        object["base"] = base.map(JSONValue.number)
        object["multiplier"] = multiplier.map(JSONValue.number)
        object["exponent"] = exponent.map(JSONValue.number)
        object["cap"] = cap.map(JSONValue.init(duration:))
        object["jitter"] = jitter.map(JSONValue.number)
        return object.json
    }
}

extension HTTPAction {
    fileprivate var json: JSONValue {
        var object = ObjectBuilder()
        object["method"] = .string(method)
        object["url"] = .string(url)
        object["headers"] = JSONValue(texts: headers)
        switch body {
        case .text(let text): object["body"] = .string(text)
        case .json(let value): object["json"] = value
        case nil: break
        }
        return object.json
    }
}

extension CommandAction {
    fileprivate var json: JSONValue {
        var object = ObjectBuilder()
        switch invocation {
        case .argv(let argv): object["argv"] = .array(argv.map(JSONValue.string))
        case .shell(let line): object["shell"] = .string(line)
        }
        object["environment"] = JSONValue(texts: environment)
        object["directory"] = directory.map(JSONValue.string)
        object["input"] = input.map(JSONValue.string)
        return object.json
    }
}

extension ScriptAction {
    fileprivate var json: JSONValue {
        var object = ObjectBuilder()
        object["directory"] = .string(directory)
        if !parameters.isEmpty {
            object["parameters"] = .object(
                JSONObject(uniqueMembers: parameters.map { ($0.key, JSONValue.string($0.value)) }))
        }
        return object.json
    }
}

extension ContainerAction {
    fileprivate var json: JSONValue {
        var object = ObjectBuilder()
        object["image"] = .string(image)
        object["command"] = command.map { .array($0.map(JSONValue.string)) }
        object["entrypoint"] = entrypoint.map { .array($0.map(JSONValue.string)) }
        object["environment"] = JSONValue(texts: environment)
        object["directory"] = directory.map(JSONValue.string)
        object["user"] = user.map(JSONValue.string)
        if !mounts.isEmpty {
            object["mounts"] = .array(
                mounts.map { mount in
                    var inner = ObjectBuilder()
                    inner["source"] = .string(mount.source)
                    inner["target"] = .string(mount.target)
                    if mount.isReadOnly { inner["readOnly"] = true }
                    return inner.json
                })
        }
        object["memory"] = memory.map { .string($0.jobText) }
        object["cpus"] = cpus.map(JSONValue.number)
        object["network"] = network.map(JSONValue.string)
        if pull != .missing { object["pull"] = .string(pull.rawValue) }
        return object.json
    }
}
