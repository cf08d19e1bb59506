internal import JobCore

/// The schemas of what the queue protocol carries: times and durations in microseconds, fields that are not known allowed.
enum WireSchemas {
    static let all: JSONObject = [
        "WireNewJob": newJob, "WireJob": job, "WireJobRecord": record, "WireState": state, "WireStep": step,
        "WireOutput": output, "WireAttempt": attempt, "WireProgress": progress, "WireFailure": failure,
        "WireRefusal": refusal, "WireLease": lease, "WireChunk": chunk, "WireEntry": entry, "WireReport": report,
        "WireArtifact": artifact, "WireRecord": storedRecord, "WireToken": token, "WireSettings": settings,
        "WireEvent": WireEventSchemas.event,
    ]

    // MARK: Small parts

    static let whole = Schema.integer(Int64.min...Int64.max)
    static let count = Schema.integer(0...Int64.max)
    static let time: JSONValue = described(whole, "Microseconds since 1970.")
    static let duration: JSONValue = described(whole, "Microseconds.")
    static let id: JSONValue = ["type": "string", "format": "uuid"]
    static let texts: JSONValue = ["type": "object", "additionalProperties": Schema.text()]
    static let word = Schema.text(1...64, pattern: JobSchemas.word)
    static let base64: JSONValue = [
        "type": "string", "contentEncoding": "base64",
        "pattern":
            "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$",
    ]

    static func described(_ schema: JSONValue, _ about: String) -> JSONValue {
        guard case .object(var object) = schema else { return schema }
        object["description"] = .string(about)
        return .object(object)
    }

    static func constant(_ text: String) -> JSONValue { ["const": .string(text)] }

    static func choice<Choice: RawRepresentable & CaseIterable>(_: Choice.Type) -> JSONValue
    where Choice.RawValue == String {
        Schema.choice(Choice.allCases.map(\.rawValue))
    }

    // MARK: Jobs

    private static let newJob = Schema.message(["id": id, "spec": Schema.ref("NewJob")])

    private static let record = Schema.message(recordFields, optional: recordOptions)
    private static let job = Schema.message(
        joined(["id": id, "createdAt": time, "spec": Schema.ref("NewJob")], recordFields), optional: recordOptions)

    private static let recordFields: JSONObject = [
        "state": Schema.ref("WireState"), "generation": count, "version": Schema.integer(1...Int64.max),
        "cursor": count, "steps": Schema.list(Schema.ref("WireStep")),
        "attempts": Schema.list(Schema.ref("WireAttempt")),
    ]
    private static let recordOptions: JSONObject = [
        "stepsFrom": described(count, "How many of the first steps are left out, because the caller knows them."),
        "startedAt": time, "progress": Schema.ref("WireProgress"), "failure": Schema.ref("WireFailure"),
        "deadlineAt": time,
    ]

    static func joined(_ first: JSONObject, _ second: JSONObject) -> JSONObject {
        var all = first
        for (name, schema) in second { all[name] = schema }
        return all
    }

    private static let state: JSONValue = [
        "anyOf": [
            Schema.message(["is": constant("waiting"), "until": time, "reason": choice(WaitReason.self)]),
            Schema.message(
                ["is": constant("running"), "worker": Schema.text(), "generation": count, "expiresAt": time],
                optional: ["cancelRequested": Schema.bool]),
            Schema.message(["is": constant("finished"), "outcome": choice(Outcome.self), "at": time]),
        ]
    ]

    private static let step = Schema.message(
        ["status": choice(StepRecord.Status.self), "attempts": count],
        optional: ["startedAt": time, "finishedAt": time, "output": Schema.ref("WireOutput")])

    private static let output = Schema.message(
        optional: [
            "exitCode": whole, "signal": whole, "status": whole, "headers": texts, "body": Schema.text(),
            "json": Schema.anything, "truncated": Schema.bool, "details": ["type": "object"],
        ])

    private static let attempt = Schema.message(
        ["number": count, "worker": Schema.text(), "startedAt": time],
        optional: ["finishedAt": time, "outcome": choice(Attempt.Outcome.self), "message": Schema.text()])

    private static let progress = Schema.message(optional: ["fraction": ["type": "number"], "message": Schema.text()])

    private static let failure = Schema.message(
        ["code": Schema.text(), "message": Schema.text()], optional: ["step": Schema.text()])

    private static let refusal = Schema.message(
        ["refused": Schema.text()],
        optional: [
            "until": time, "step": count, "outcome": choice(Outcome.self), "status": choice(JobStatus.self),
            "version": count, "limit": count,
            "errors": Schema.list(Schema.message(["path": Schema.text(), "message": Schema.text()])),
        ])

    private static let lease = Schema.message(["job": id, "generation": count])

    // MARK: Logs

    private static let entryFields: JSONObject = [
        "time": time, "attempt": count, "stream": choice(LogEntry.Stream.self),
    ]
    private static let chunkFields: JSONObject = [
        "job": id, "worker": Schema.text(), "generation": count, "number": count,
    ]

    /// Bytes that are no UTF-8 come as base64.
    private static func printed(_ fields: JSONObject) -> JSONValue {
        [
            "anyOf": [
                Schema.message(joined(fields, ["text": Schema.text()]), optional: ["step": count]),
                Schema.message(
                    joined(fields, ["base64": base64]), optional: ["step": count, "text": ["type": "null"]]),
            ]
        ]
    }

    private static let entry = printed(entryFields)
    private static let chunk = printed(joined(chunkFields, entryFields))

    // MARK: The rest of a store

    private static let report = Schema.message(
        [
            "worker": Schema.text(1...200, pattern: JobSchemas.line), "slots": Schema.integer(0...1_000_000),
            "version": Schema.text(0...100, pattern: JobSchemas.lineOrNothing),
            "host": Schema.text(0...255, pattern: JobSchemas.lineOrNothing), "processID": whole, "startedAt": time,
        ],
        optional: [
            "queues": Schema.list(word, most: 1_000), "isDraining": Schema.bool, "isStopped": Schema.bool,
            "notice": Schema.message(
                ["kind": choice(WorkerNotice.Kind.self)],
                optional: ["time": time, "message": Schema.text(0...1_000, pattern: JobSchemas.lineOrNothing)]),
        ])

    private static let artifact = Schema.message(
        ["name": Schema.text(), "contentType": Schema.text(), "size": count, "createdAt": time],
        optional: ["base64": base64, "sha256": AnswerSchemas.sha256])

    static let recordName: JSONObject = [
        "collection": word, "key": Schema.text(1...200, pattern: JobSchemas.word),
    ]

    private static let storedRecord = Schema.message(
        joined(recordName, ["version": count, "value": Schema.anything, "updatedAt": time]))

    private static let token = Schema.message(
        [
            "id": word, "name": Schema.text(1...200, pattern: JobSchemas.line),
            "hash": described(
                Schema.text(44...44, pattern: "^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$"), "The SHA-256 of the secret."),
            "createdAt": time,
        ],
        optional: [
            "scopes": Schema.list(choice(AccessScope.self), most: 100), "queues": Schema.list(word, most: 1_000),
            "expiresAt": time, "revokedAt": time, "worker": Schema.text(1...200, pattern: JobSchemas.line),
            "attempt": Schema.ref("WireLease"),
        ])

    private static let settings = Schema.message(
        optional: ["isPaused": Schema.bool, "concurrency": Schema.integer(1...1_000_000)])
}
