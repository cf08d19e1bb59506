internal import JobCore

extension QueueRoute {
    private typealias Wire = WireSchemas

    /// The schema of the body; nil when the call reads none.
    var message: JSONValue? {
        switch self {
        case .enqueue:
            Schema.message(["jobs": Schema.list(Schema.ref("WireNewJob"), most: 1_000)])
        case .claim: Self.claimMessage
        case .apply:
            Schema.message(
                optional: [
                    "events": Schema.list(Schema.ref("WireEvent"), most: WireMessage.mostEntries),
                    "chunks": Self.chunks,
                ])
        case .append: Schema.message(optional: ["chunks": Self.chunks])
        case .job, .artifacts: Schema.message(["job": Wire.id])
        case .log: Schema.message(["job": Wire.id, "offset": Wire.count, "limit": Wire.whole])
        case .page: Self.pageMessage
        case .counts, .queueSettings, .workers, .changePosition, .tokens: nil
        case .prune: Schema.message(["count": Schema.integer(1...Int64.max)])
        case .nextDue: Schema.message(optional: ["queues": Schema.list(Schema.text(), most: 1_000)])
        case .cancelRequests, .drain: Schema.message(["worker": Schema.text()])
        case .delete: Schema.message(optional: ["jobs": Schema.list(Wire.id, most: WireMessage.mostEntries)])
        case .setQueueSettings: Schema.message(["queue": Wire.word, "settings": Schema.ref("WireSettings")])
        case .report: Schema.ref("WireReport")
        case .changes: Schema.message(["position": Wire.whole, "limit": Schema.integer(1...Int64.max)])
        case .insertToken: Schema.ref("WireToken")
        case .token: Schema.message(["hash": Wire.base64])
        case .revokeToken: Schema.message(["id": Schema.text(), "at": Wire.time])
        case .putArtifact:
            Schema.message(
                ["job": Wire.id, "name": Schema.text(), "contentType": Schema.text(), "base64": Wire.base64],
                optional: ["key": Schema.message(["worker": Schema.text(), "generation": Wire.count])])
        case .artifact: Schema.message(["job": Wire.id, "name": Schema.text()])
        case .record: Schema.message(["collection": Schema.text(), "key": Schema.text()])
        case .records:
            Schema.message(
                ["collection": Schema.text(), "limit": Schema.integer(1...1_000)], optional: ["after": Schema.text()])
        case .writeRecords:
            Schema.message(["changes": Schema.list(WireEventSchemas.change, most: RecordLimits.changes)])
        }
    }

    /// The schema of the answer.
    var reply: JSONValue {
        switch self {
        case .enqueue: Schema.message(["jobs": Schema.list(["anyOf": [Schema.ref("WireJob"), Self.storedAsSent]])])
        case .claim: Schema.message(["claims": Schema.list(Schema.ref("WireJob"))])
        case .apply:
            Schema.message([
                "results": Schema.list([
                    "anyOf": [Schema.ref("WireRefusal"), Schema.ref("WireJob"), Schema.ref("WireJobRecord")]
                ])
            ])
        case .append, .setQueueSettings, .insertToken: Schema.message()
        case .job: Schema.message(optional: ["job": Schema.ref("WireJob")])
        case .log: Schema.message(optional: ["page": Self.logPage])
        case .page: Schema.message(["jobs": Schema.list(Schema.ref("WireJob"))], optional: ["next": Wire.id])
        case .counts: Schema.message(["byQueue": Self.map(Self.map(Wire.count))])
        case .prune: Schema.message(["count": Wire.count])
        case .nextDue: Schema.message(["now": Wire.time], optional: ["due": Wire.time])
        case .cancelRequests: Schema.message(["jobs": Schema.list(Wire.id)])
        case .delete: Schema.message(["results": Schema.list(["anyOf": [Schema.ref("WireRefusal"), Self.done]])])
        case .queueSettings: Schema.message(["queues": Self.map(Schema.ref("WireSettings"))])
        case .report: Schema.message(optional: ["drain": Schema.bool])
        case .workers: Schema.message(["workers": Schema.list(Self.worker)])
        case .drain, .revokeToken: Schema.message(optional: ["isKnown": Schema.bool])
        case .changePosition: Schema.message(["position": Wire.whole])
        case .changes:
            Schema.message(
                [
                    "changes": Schema.list(Schema.message(["position": Wire.whole, "job": Wire.id])),
                    "next": Wire.whole,
                ],
                optional: ["isGap": Schema.bool])
        case .token: Schema.message(optional: ["token": Schema.ref("WireToken")])
        case .tokens: Schema.message(["tokens": Schema.list(Schema.ref("WireToken"))])
        case .putArtifact:
            ["anyOf": [Schema.message(["artifact": Schema.ref("WireArtifact")]), Schema.ref("WireRefusal")]]
        case .artifacts: Schema.message(optional: ["artifacts": Schema.list(Schema.ref("WireArtifact"))])
        case .artifact: Schema.message(optional: ["artifact": Schema.ref("WireArtifact")])
        case .record: Schema.message(optional: ["record": Schema.ref("WireRecord")])
        case .records:
            Schema.message(["records": Schema.list(Schema.ref("WireRecord"))], optional: ["isCut": Schema.bool])
        case .writeRecords: ["anyOf": [Self.stored, Self.conflict]]
        }
    }

    // MARK: Parts

    private static let chunks = Schema.list(Schema.ref("WireChunk"), most: WireMessage.mostEntries)

    private static let claimMessage = Schema.message(
        [
            "worker": Schema.text(1...200),
            "slots": Schema.list(Schema.message(["queue": Schema.text(), "limit": Wire.whole]), most: 1_000),
            "limit": Wire.whole, "lease": Wire.described(Schema.integer(1...86_400_000_000), "Microseconds."),
        ],
        optional: [
            "name": Wire.described(
                Schema.text(), "Names the request: a repetition is answered with the leases of the first."),
            "wait": Wire.described(Wire.whole, "The longest to wait, in microseconds; the server sets its own limit."),
            "held": Wire.described(
                Schema.list(Schema.ref("WireLease"), most: WireMessage.mostEntries),
                "After a lost answer: the leases that the worker knows of."),
        ])

    private static let pageMessage = Schema.message(
        ["limit": Schema.integer(1...1_000)],
        optional: [
            "after": Wire.id,
            "filter": Schema.message(
                optional: [
                    "statuses": Schema.list(Wire.choice(JobStatus.self)), "queues": Schema.list(Schema.text()),
                    "name": Schema.text(), "tags": Wire.texts, "createdFrom": Wire.time, "createdBefore": Wire.time,
                ]),
        ])

    private static let storedAsSent: JSONValue = [
        "allOf": [Schema.ref("WireJobRecord"), Schema.message(["createdAt": Wire.time])]
    ]

    private static let logPage = Schema.message(
        ["entries": Schema.list(Schema.ref("WireEntry")), "nextOffset": Wire.count],
        optional: ["isComplete": Schema.bool])

    private static let worker = Schema.message(
        ["report": Schema.ref("WireReport"), "lastSeen": Wire.time, "jobs": Schema.list(Wire.id)],
        optional: ["isDraining": Schema.bool])

    private static let done: JSONValue = ["type": "object", "maxProperties": 0]

    private static let stored = Schema.message([
        "stored": Schema.list(Schema.message(["version": Wire.count, "updatedAt": Wire.time]))
    ])

    private static let conflict = Schema.message([
        "conflict": Schema.message(Wire.recordName, optional: ["version": Wire.count])
    ])

    private static func map(_ values: JSONValue) -> JSONValue {
        ["type": "object", "additionalProperties": values]
    }
}
