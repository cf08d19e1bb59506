internal import JobCore

extension Operation {
    static func createJobs(takesYAML: Bool) -> Operation {
        Operation(
            "createJobs", "Submit one job, or a batch that is stored as a whole or not at all.", tag: "jobs",
            parameters: [
                Answers.header(
                    "Idempotency-Key", Schema.text(1...200, pattern: "^[!-~]([ -~]*[!-~])?$"),
                    "Repeating a submission with its key stores nothing and gives the same jobs back.")
            ],
            requestBody: Answers.body(
                [
                    "anyOf": [
                        Schema.ref("NewJob"), Schema.ref("NewJobs"),
                        Schema.list(Schema.ref("NewJob"), most: 1_000, least: 1),
                    ]
                ],
                types: takesYAML ? ["application/json", "application/yaml"] : ["application/json"]),
            responses: [
                "200": Answers.json(
                    "All jobs were there already: the key was used before, or other jobs hold their unique keys.",
                    ["anyOf": [Schema.ref("Job"), Schema.ref("Jobs")]]),
                "201": Answers.json(
                    "The job, or the jobs of the batch.", ["anyOf": [Schema.ref("Job"), Schema.ref("Jobs")]],
                    headers: ["Location", "ETag"]),
            ])
    }

    static let listJobs = Operation(
        "listJobs", "List jobs, newest first, in pages.", tag: "jobs",
        parameters: [
            Answers.query(
                "status", Schema.list(Schema.choice(JobStatus.allCases.map(\.rawValue))), "Any of these statuses.",
                isList: true),
            Answers.query(
                "queue", Schema.list(Schema.text(pattern: "^[^\\u0000]*$")), "Any of these named queues.", isList: true),
            Answers.query(
                "tag", Schema.list(Schema.text(pattern: "^[^:\\u0000]+:[^\\u0000]*$")),
                "All of these tags, each as key:value.", isList: true),
            Answers.query("name", Schema.text(pattern: "^[^\\u0000]*$"), "Exactly this name."),
            Answers.query("from", Schema.time, "Submitted at or after this time."),
            Answers.query("before", Schema.time, "Submitted before this time."),
            Answers.query("limit", Schema.integer(1...1_000), "The most jobs of a page; 50 unless said."),
            Answers.query(
                "cursor", Schema.text(pattern: "^A[Q-Za-f][A-Za-z0-9_-]{20}[AEIMQUYcgkosw048]$"),
                "From the page before."),
        ],
        responses: [
            "200": Answers.json(
                "A page; `next` is where the following one is, or null.", Schema.ref("JobList"), headers: ["Link"])
        ])

    static let readJob = Operation(
        "readJob", "Read one job; with wait, as soon as it is another than the caller has.", tag: "jobs",
        parameters: [
            Answers.header("If-None-Match", Schema.text(), "The ETag that the caller has."),
            Answers.query(
                "wait", Schema.text(pattern: "^[0-9]{1,6}(s|ms|m)?$"), "How long to wait for a change, such as 30s."),
        ],
        responses: [
            "200": Answers.job,
            "304": Answers.plain("The caller has it already.", headers: ["ETag"]),
        ])

    static let editJob = Operation(
        "editJob", "Change a job that still waits.", tag: "jobs",
        parameters: [
            Answers.header("If-Match", Schema.text(), "The ETag of the job that is meant, or * for any.")
        ],
        requestBody: Answers.body(Schema.ref("JobChange")), responses: ["200": Answers.job])

    static let cancelJob = Operation(
        "cancelJob", "End a waiting job, and ask a running one to stop.", tag: "jobs",
        requestBody: Answers.body(
            Schema.object(["reason": Schema.text(1...500, pattern: "^[^\\u0000-\\u001f\\u007f]+$")], required: []),
            required: false),
        responses: ["200": Answers.job])

    static let retryJob = Operation(
        "retryJob", "Let a failed, poisoned or cancelled job go on at its first unfinished step.", tag: "jobs",
        responses: ["200": Answers.job])

    static let deleteJob = Operation(
        "deleteJob", "Delete a finished job with its log, outputs and artifacts.", tag: "jobs",
        responses: ["204": Answers.plain("It is gone.")])

    static let readLog = Operation(
        "readLog", "Read what a job printed.", tag: "jobs",
        parameters: [
            Answers.query("offset", Schema.integer(0...Int64.max), "Where to start, in bytes."),
            Answers.query("limit", Schema.integer(1...16_777_216), "About how many bytes to return."),
            Answers.query("follow", Schema.bool, "Go on until the job has finished."),
        ],
        responses: [
            "200": Answers.plain("The text.", type: "text/plain", headers: ["Log-Next-Offset", "Log-Complete"])
        ])

    static let readOutput = Operation(
        "readOutput", "Read what a step produced.", tag: "jobs",
        responses: ["200": Answers.json("The output.", Schema.ref("StepOutput"))])

    static let watchJob = Operation(
        "watchJob", "Watch one job as server-sent events, until it has finished.", tag: "events",
        parameters: [
            Answers.header(
                "Last-Event-ID", Schema.text(pattern: "^[0-9]{0,18}$"), "The id of the last event that was seen.")
        ],
        responses: [
            "200": Answers.events,
            "204": Answers.plain("The job had finished before that event; there is nothing more to come."),
        ])

    static let watchJobs = Operation(
        "watchJobs", "Watch all jobs as server-sent events.", tag: "events",
        parameters: [
            Answers.header(
                "Last-Event-ID", Schema.text(pattern: "^[0-9]{0,18}$"), "The id of the last event that was seen.")
        ],
        responses: ["200": Answers.events])

    static let listArtifacts = Operation(
        "listArtifacts", "List the files of a job.", tag: "artifacts",
        responses: [
            "200": Answers.json(
                "The files.", Schema.object(["artifacts": Schema.list(Schema.ref("Artifact"))], required: ["artifacts"])
            )
        ])

    static let readArtifact = Operation(
        "readArtifact", "Download a file of a job.", tag: "artifacts",
        parameters: [Answers.header("If-None-Match", Schema.text(), "The ETag that the caller has.")],
        responses: [
            "200": [
                "description": "The file, in the type that it was stored with.", "content": ["*/*": .object([:])],
                "headers": ["ETag": ["schema": Schema.text()], "Repr-Digest": ["schema": Schema.text()]],
            ],
            "304": Answers.plain("The caller has it already.", headers: ["ETag"]),
        ])

    static let putArtifact = Operation(
        "putArtifact", "Upload a file of a job, in the place of an earlier one of the name.", tag: "artifacts",
        parameters: [
            Answers.header(
                "Job-Worker", Schema.text(1...200, pattern: "^[!-~]+$"), "The worker of the lease that writes."),
            Answers.header("Job-Generation", Schema.integer(0...Int64(Int32.max)), "The generation of that lease."),
        ],
        requestBody: [
            "required": true,
            "content": ["application/octet-stream": ["schema": ["type": "string", "format": "binary"]]],
        ],
        responses: ["201": Answers.json("What was stored.", Schema.ref("Artifact"), headers: ["Location", "ETag"])])
}
