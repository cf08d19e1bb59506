internal import JobCore

extension Operation {
    static let listQueues = Operation(
        "listQueues", "List the named queues with the numbers of their jobs.", tag: "queues",
        responses: [
            "200": Answers.json(
                "The queues.", Schema.object(["queues": Schema.list(Schema.ref("Queue"))], required: ["queues"]))
        ])

    static let readQueue = Operation(
        "readQueue", "Read one named queue.", tag: "queues",
        responses: ["200": Answers.json("The queue.", Schema.ref("Queue"))])

    static let setQueue = Operation(
        "setQueue", "Pause or resume a named queue, or limit how many of its jobs run at once.", tag: "queues",
        requestBody: Answers.body(
            Schema.object(
                ["paused": Schema.bool, "concurrency": Schema.optional(Schema.integer(1...1_000_000))], required: [])),
        responses: ["200": Answers.json("The queue.", Schema.ref("Queue"))])

    static let listWorkers = Operation(
        "listWorkers", "List the workers, when they were last seen, and what they run.", tag: "workers",
        responses: [
            "200": Answers.json(
                "The workers.", Schema.object(["workers": Schema.list(Schema.ref("Worker"))], required: ["workers"]))
        ])

    static let drainWorker = Operation(
        "drainWorker", "Ask a worker to take no more jobs, finish, and end.", tag: "workers",
        responses: [
            "202": Answers.json(
                "It will hear of it at its next report.",
                Schema.object(["name": Schema.text(), "draining": Schema.bool], required: ["name", "draining"]))
        ])

    static let enrolWorker = Operation(
        "enrolWorker",
        "Make a machine a worker: the secret whose hash it shows is its token from then on. Safe to repeat.",
        tag: "workers",
        requestBody: Answers.body(
            Schema.object([
                "instance": Schema.text(1...50, pattern: "^[A-Za-z0-9._-]+$"),
                "secretHash": Schema.text(64...64, pattern: "^[0-9a-fA-F]+$", "The SHA-256 of the secret."),
            ])), responses: ["201": Answers.json("The machine is admitted.", Schema.ref("Enrolment"))])

    static let readAgent = Operation(
        "readAgent", "Read the program that enrolled machines run; its ETag is its SHA-256.", tag: "workers",
        responses: [
            "200": Answers.plain("The program.", type: "application/octet-stream", headers: ["ETag"]),
            "304": Answers.plain("The caller has it."),
        ])

    static let health = Operation(
        "health", "Say that the server lives.", tag: "operations",
        responses: ["200": Answers.json("It lives.", Schema.object(["status": Schema.text()], required: ["status"]))])

    static let readiness = Operation(
        "readiness", "Say whether the store answers.", tag: "operations",
        responses: [
            "200": Answers.json("It answers.", Schema.object(["status": Schema.text()], required: ["status"]))
        ])

    static let metrics = Operation(
        "metrics", "Show numbers for Prometheus.", tag: "operations",
        responses: ["200": Answers.plain("The text format 0.0.4.", type: "text/plain")])

    static let description = Operation(
        "description", "Show this description.", tag: "operations",
        responses: ["200": Answers.json("OpenAPI 3.1.", Schema.object([:], required: [], isOpen: true))])
}
