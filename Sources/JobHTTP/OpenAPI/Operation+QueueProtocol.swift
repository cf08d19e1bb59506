internal import JobCore

extension Operation {
    private typealias Wire = WireSchemas

    /// What the description says of a call of the queue protocol.
    static func queueCall(_ call: QueueRoute) -> Operation {
        let message = call.message
        let word = call.rawValue.prefix(1).uppercased() + call.rawValue.dropFirst()
        return Operation(
            "queue\(word)", call.summary, tag: "queue protocol", parameters: call.isNamed ? [key] : [],
            requestBody: message.map { Answers.body($0) },
            responses: ["200": Answers.json(call.about, call.reply)])
    }

    private static let key = Answers.header(
        "Idempotency-Key", Schema.text(1...200, pattern: "^[!-~]([ -~]*[!-~])?$"),
        "Repeating a call with its key within ten minutes does nothing and gives the same answer.")

    static let queueSignals = Operation(
        "queueSignals", "Stream hints that something has changed; they may be missed or come for nothing.",
        tag: "queue protocol",
        parameters: [
            Answers.query(
                "queues", Schema.text(pattern: "^[A-Za-z0-9._-]{1,64}(,[A-Za-z0-9._-]{1,64}){0,999}$"),
                "Named queues with commas between: tell `work` when there may be something to claim."),
            Answers.query(
                "job", Schema.list(Wire.id, most: 100), "Jobs: tell the id of one when it changes.", isList: true),
            Answers.query("everything", Schema.bool, "Tell `everything` when anything changes."),
        ],
        responses: [
            "200": [
                "description": "Hints, each in data; without end.",
                "content": ["text/event-stream": ["schema": Schema.text()]],
            ]
        ])
}

extension QueueRoute {
    /// Whether a repetition is known by an `Idempotency-Key`.
    fileprivate var isNamed: Bool {
        switch self {
        case .apply, .delete, .writeRecords: true
        default: false
        }
    }

    fileprivate var summary: String {
        switch self {
        case .enqueue: "Store jobs, all or none; those whose id is known already are left as they are."
        case .claim: "Hand out leases of jobs that are due; with wait, as soon as there are some."
        case .apply: "Store output, then apply events."
        case .append: "Store output."
        case .job: "Read one job."
        case .log: "Read a part of a log."
        case .page: "List jobs, newest first."
        case .counts: "Count the jobs of each named queue by their status."
        case .prune: "Delete finished jobs that are past their retention."
        case .nextDue: "Tell when the next job of some queues is due."
        case .cancelRequests: "List the jobs of a worker that somebody asked to stop."
        case .delete: "Delete finished jobs."
        case .queueSettings: "Read the settings of the named queues."
        case .setQueueSettings: "Pause or limit a named queue."
        case .report: "Tell that a worker lives, and learn what it is to do."
        case .workers: "List the workers."
        case .drain: "Order a worker to take no more jobs, finish, and end."
        case .changePosition: "Tell where the feed of changes is."
        case .changes: "Read what changed after a position."
        case .insertToken: "Store a token."
        case .token: "Find a token by the hash of its secret."
        case .tokens: "List all tokens."
        case .revokeToken: "Revoke a token."
        case .putArtifact: "Store a file of a job."
        case .artifacts: "List the files of a job."
        case .artifact: "Read a file of a job."
        case .record: "Read one record."
        case .records: "List the records of a collection."
        case .writeRecords: "Change records, all or none."
        }
    }

    /// What the answer is.
    fileprivate var about: String {
        switch self {
        case .enqueue: "The jobs as they are stored, in their order; those stored as sent without id and spec."
        case .claim: "The jobs with their leases; none when there is nothing to do."
        case .apply: "One result for each event: the job, or why it was refused."
        case .job, .token, .record, .artifact: "It, or nothing when there is none for this caller."
        case .log, .artifacts: "They, or nothing when there is no such job for this caller."
        case .delete: "One result for each job: nothing, or why it was refused."
        case .putArtifact: "What was stored, or why it was refused."
        case .writeRecords: "The versions of what was stored, or what stood against it."
        case .nextDue: "When, if ever, and what the server's clock shows."
        default: "The answer."
        }
    }
}
