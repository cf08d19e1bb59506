extension StepRecord: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("status", status.rawValue)
        writer.field("attempts", attempts)
        writer.field("startedAt", startedAt)
        writer.field("finishedAt", finishedAt)
        if let output { writer.object("output") { output.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            status: try fields.choice("status"), attempts: try fields.integer("attempts", in: 0...Int.max),
            startedAt: try fields.optionalTime("startedAt"), finishedAt: try fields.optionalTime("finishedAt"),
            output: try fields.optionalObject("output", StepOutput.init(_:)))
    }
}

extension StepOutput: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("exitCode", exitCode)
        writer.field("signal", signal)
        writer.field("status", status)
        if let headers { writer.map("headers", headers) { $0.value($1) } }
        writer.field("body", body)
        writer.field("json", json)
        writer.flag("truncated", isTruncated)
        if !details.isEmpty { writer.field("details", .object(details)) }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            exitCode: try fields.optionalInteger("exitCode", in: Int.min...Int.max),
            signal: try fields.optionalInteger("signal", in: Int.min...Int.max),
            status: try fields.optionalInteger("status", in: Int.min...Int.max),
            headers: fields["headers"] == nil ? nil : try fields.texts("headers"),
            body: try fields.optionalString("body"),
            // Null is a value here: what a handler without a result returned.
            json: fields.members["json"], isTruncated: try fields.bool("truncated"))
        if let value = fields["details"] {
            guard case .object(let object) = value else {
                throw WireFault(path: "details", message: "must be an object, not a \(value.typeName)")
            }
            details = object
        }
    }
}

extension Attempt: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("number", number)
        writer.field("worker", worker)
        writer.field("startedAt", startedAt)
        writer.field("finishedAt", finishedAt)
        writer.field("outcome", outcome?.rawValue)
        writer.field("message", message)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            number: try fields.integer("number", in: 0...Int.max), worker: try fields.string("worker"),
            startedAt: try fields.time("startedAt"), finishedAt: try fields.optionalTime("finishedAt"),
            outcome: try fields.optionalChoice("outcome"), message: try fields.optionalString("message"))
    }
}

extension JobProgress: WireValue {
    package func write(to writer: inout WireWriter) {
        if let fraction { writer.field("fraction", fraction) }
        writer.field("message", message)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(fraction: try fields.optionalNumber("fraction"), message: try fields.optionalString("message"))
    }
}

extension JobFailure: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("code", code.rawValue)
        writer.field("message", message)
        writer.field("step", step)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            code: FailureCode(rawValue: try fields.string("code")), message: try fields.string("message"),
            step: try fields.optionalString("step"))
    }
}

extension StepFailure: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("code", code.rawValue)
        writer.field("message", message)
        writer.flag("isPermanent", !isRetryable)
        writer.field("retryAfter", retryAfter)
        if let output { writer.object("output") { output.write(to: &$0) } }
        if jitter != 0 { writer.field("jitter", jitter) }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            FailureCode(rawValue: try fields.string("code")), try fields.string("message"),
            isRetryable: !(try fields.bool("isPermanent")), retryAfter: try fields.optionalDuration("retryAfter"),
            output: try fields.optionalObject("output", StepOutput.init(_:)),
            jitter: try fields.optionalNumber("jitter") ?? 0)
    }
}
