internal import JobCore

/// The schemas of what the server answers.
enum AnswerSchemas {
    static let all: JSONObject = [
        "Problem": problem, "Job": job, "JobList": jobList, "Jobs": jobs, "Step": step, "Attempt": attempt,
        "StepOutput": stepOutput, "Queue": queue, "Worker": worker, "Artifact": artifact,
        "Enrolment": enrolment,
    ]

    private static let problem = Schema.object(
        [
            "type": Schema.text(), "title": Schema.text(), "status": Schema.integer(400...599), "code": Schema.text(),
            "detail": Schema.text(),
            "errors": Schema.list(
                Schema.object(["path": Schema.text(), "message": Schema.text()], required: ["path", "message"])),
        ], required: ["type", "title", "status", "code", "detail"])

    private static let status = Schema.choice(JobStatus.allCases.map(\.rawValue))
    private static let nullableTime = Schema.optional(Schema.time)
    private static let nullableText = Schema.optional(Schema.text())
    private static let texts: JSONValue = ["type": "object", "additionalProperties": Schema.text()]

    private static func whole(_ fields: JSONObject) -> JSONValue {
        Schema.object(fields, required: fields.members.map(\.key), isOpen: true)
    }

    private static let job = whole([
        "id": ["type": "string", "format": "uuid"], "name": Schema.text(), "queue": Schema.text(), "status": status,
        "priority": Schema.integer(), "lane": nullableText, "uniqueKey": nullableText, "createdAt": Schema.time,
        "startedAt": nullableTime, "finishedAt": nullableTime, "notBefore": nullableTime,
        "nextAttemptAt": nullableTime, "cursor": Schema.integer(), "version": Schema.integer(1...Int64(Int32.max)),
        "tags": texts, "metadata": texts,
        "progress": Schema.optional(
            whole(["fraction": Schema.optional(Schema.number(0...1)), "message": nullableText])),
        "failure": Schema.optional(
            whole(["code": Schema.text(), "message": Schema.text(), "step": nullableText])),
        "attempts": Schema.list(Schema.ref("Attempt")), "steps": Schema.list(Schema.ref("Step")),
    ])

    private static let step = whole([
        "name": Schema.text(), "kind": Schema.text(),
        "status": Schema.choice(StepRecord.Status.allCases.map(\.rawValue)),
        "attempts": Schema.integer(), "startedAt": nullableTime, "finishedAt": nullableTime,
        "output": Schema.optional(Schema.ref("StepOutput")),
    ])

    private static let attempt = whole([
        "number": Schema.integer(), "worker": Schema.text(), "startedAt": Schema.time, "finishedAt": nullableTime,
        "outcome": Schema.optional(Schema.choice(Attempt.Outcome.allCases.map(\.rawValue))), "message": nullableText,
    ])

    private static let stepOutput = Schema.object(
        [
            "exitCode": Schema.integer(), "signal": Schema.integer(), "status": Schema.integer(), "headers": texts,
            "body": Schema.text(), "json": Schema.anything, "truncated": Schema.bool,
            "details": Schema.object([:], required: [], isOpen: true),
        ], required: [], isOpen: true)

    private static let jobList = whole(["jobs": Schema.list(Schema.ref("Job")), "next": nullableText])
    private static let jobs = whole(["jobs": Schema.list(Schema.ref("Job"))])

    private static let queue = whole([
        "name": Schema.text(), "paused": Schema.bool, "concurrency": Schema.optional(Schema.integer(1...1_000_000)),
        "counts": ["type": "object", "additionalProperties": Schema.integer()],
    ])

    private static let worker = whole([
        "name": Schema.text(), "queues": Schema.list(Schema.text()), "slots": Schema.integer(),
        "version": Schema.text(),
        "host": Schema.text(), "pid": Schema.integer(), "startedAt": Schema.time, "lastSeen": Schema.time,
        "draining": Schema.bool, "jobs": Schema.list(Schema.text()),
        "notice": Schema.optional(
            whole([
                "kind": Schema.choice(WorkerNotice.Kind.allCases.map(\.rawValue)), "time": nullableTime,
                "message": Schema.text(),
            ])),
    ])

    private static let enrolment = whole([
        "worker": Schema.text(), "queues": Schema.list(Schema.text()), "slots": Schema.integer(1...1_000_000),
        "token": Schema.text(), "expiresAt": Schema.time, "idleTimeout": nullableText, "singleUse": Schema.bool,
    ])

    private static let artifact = whole([
        "name": Schema.text(), "contentType": Schema.text(), "size": Schema.integer(), "createdAt": Schema.time,
        "sha256": Schema.optional(sha256),
    ])

    static let sha256 = Schema.text(64...64, pattern: "^[0-9a-f]+$", "The SHA-256 of the content.")
}
