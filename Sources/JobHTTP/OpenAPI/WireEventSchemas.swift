internal import JobCore

/// The schemas of events, and of what is written about jobs otherwise.
enum WireEventSchemas {
    private typealias Wire = WireSchemas

    /// One event; which fields it has, its name says.
    static let event: JSONValue = [
        "anyOf": [
            one("claim", ["worker": Schema.text(), "lease": Wire.duration]),
            leased("heartbeat", ["lease": Wire.duration], optional: ["progress": Schema.ref("WireProgress")]),
            leased("stepSucceeded", ["step": Wire.whole], optional: ["output": Schema.ref("WireOutput")]),
            leased("succeeded"),
            leased("failed", ["failure": failure]),
            leased("snoozed", ["for": Wire.duration]),
            leased("released", ["reason": Schema.text()]),
            leased("interrupted", ["reason": Schema.text()]),
            one("cancel", optional: ["reason": Schema.text()]),
            one("retry"),
            one("edit", ["edit": edit], optional: ["ifVersion": Wire.count]),
        ]
    ]

    private static func one(_ name: String, _ fields: JSONObject = [:], optional: JSONObject = [:]) -> JSONValue {
        let known = Wire.described(
            Wire.count, "How many of the first steps the caller knows to have succeeded; the answer leaves them out.")
        return Schema.message(
            Wire.joined(["job": Wire.id, "event": Wire.constant(name)], fields),
            optional: Wire.joined(["knownSteps": known], optional))
    }

    /// An event that is refused unless the lease still stands.
    private static func leased(_ name: String, _ fields: JSONObject = [:], optional: JSONObject = [:]) -> JSONValue {
        one(name, Wire.joined(["worker": Schema.text(), "generation": Wire.count], fields), optional: optional)
    }

    private static let failure = Schema.message(
        ["code": Schema.text(), "message": Schema.text()],
        optional: [
            "isPermanent": Schema.bool, "retryAfter": Wire.duration, "output": Schema.ref("WireOutput"),
            "jitter": ["type": "number"],
        ])

    private static let edit = Schema.message(
        optional: [
            "priority": Wire.whole, "queue": Schema.text(), "notBefore": Wire.time, "deadline": Wire.duration,
            "tags": Wire.texts,
        ])

    /// A change of a record: what must hold, and what is done.
    static let change: JSONValue = Schema.message(
        Wire.joined(Wire.recordName, ["action": Schema.choice(["put", "delete", "check"])]),
        optional: ["value": Schema.anything, "version": Wire.count, "absent": Schema.bool])
}
