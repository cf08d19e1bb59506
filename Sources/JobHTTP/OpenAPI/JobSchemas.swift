internal import JobCore

/// The schemas of jobs as callers send them.
///
/// Whatever the server takes is valid here, and what is not valid here is refused. What only a look at the values finds,
/// such as two steps of one name, is valid here and refused with 422.
enum JobSchemas {
    static let all: JSONObject = [
        "NewJob": newJob, "NewJobs": newJobs, "NewStep": newStep, "Retry": retry, "Duration": duration,
        "Variables": variables, "JobChange": jobChange,
    ]

    static let word = "^[A-Za-z0-9._-]+$"
    /// Something besides spaces, and no control characters.
    static let line =
        "^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$"
    static let lineOrNothing =
        "^([^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*)?$"
    private static let uncontrolled = "^[^\\u0000-\\u001f\\u007f]*$"
    private static let withoutNUL = "^[^\\u0000]*$"

    /// A text; numbers and booleans are taken as they are written.
    private static func scalar(_ text: JSONValue) -> JSONValue {
        ["anyOf": [text, ["type": "number"], ["type": "boolean"]]]
    }

    private static let duration: JSONValue = [
        "description": "A duration such as 90s, 10m or 1h30m, or a number of seconds.",
        "anyOf": [
            Schema.text(
                1...64,
                pattern: "^([0-9.]+|([0-9.]+d)?([0-9.]+h)?([0-9.]+m)?([0-9.]+s)?([0-9.]+ms)?([0-9.]+us)?)$"),
            ["type": "number", "minimum": 0],
        ],
    ]

    private static func labels(_ limit: Int) -> JSONValue {
        [
            "type": "object", "maxProperties": 50,
            "propertyNames": ["pattern": .string(word), "maxLength": 64],
            "additionalProperties": scalar(Schema.text(0...limit, pattern: uncontrolled)),
        ]
    }

    private static let variables: JSONValue = [
        "type": "object", "maxProperties": 1_000,
        "propertyNames": ["pattern": "^[!-<>-~]+$"],
        "additionalProperties": scalar(Schema.text(pattern: withoutNUL)),
    ]

    private static let retry = Schema.object(
        optional: [
            "limit": Schema.integer(1...1_000), "backoff": Schema.choice(["power", "quartic"]),
            "base": Schema.number(0...43_200), "multiplier": Schema.number(0...43_200),
            "exponent": Schema.number(0...100), "cap": Schema.ref("Duration"), "jitter": Schema.number(0...1),
        ])

    private static let newJob = Schema.object(
        ["name": Schema.text(1...200, pattern: line), "steps": Schema.list(Schema.ref("NewStep"), most: 1_000)],
        optional: [
            "queue": Schema.text(1...64, pattern: word), "priority": Schema.integer(-1_000_000...1_000_000),
            "lane": Schema.text(1...200, pattern: line), "uniqueKey": Schema.text(1...200, pattern: line),
            "uniqueWhile": Schema.list(Schema.choice(UniqueKey.Phase.allCases.map(\.rawValue)), least: 1),
            "tags": labels(256), "metadata": labels(1_024), "notBefore": Schema.time,
            "deadline": Schema.ref("Duration"), "retention": Schema.ref("Duration"), "retry": Schema.ref("Retry"),
            "timeout": Schema.ref("Duration"), "jobTimeout": Schema.ref("Duration"), "traceContext": labels(4_096),
            "callbacks": Schema.list(
                Schema.object(
                    ["url": url], optional: ["on": Schema.list(Schema.choice(Outcome.allCases.map(\.rawValue)))]),
                most: 10),
        ])

    private static let newJobs = Schema.object(["jobs": Schema.list(Schema.ref("NewJob"), most: 1_000, least: 1)])

    private static let url = Schema.text(8...8_192, pattern: "^[Hh][Tt][Tt][Pp][Ss]?://[^\\u0000-\\u0020\\u007f]+$")

    private static let texts = Schema.list(scalar(Schema.text()))

    /// Exactly one of the five kinds must be there.
    private static let newStep = Schema.object(
        ["name": Schema.text(1...100, pattern: line)],
        optional: [
            "http": http, "command": command, "script": script, "container": container, "handler": handler,
            "retry": Schema.ref("Retry"), "timeout": Schema.ref("Duration"), "environment": Schema.ref("Variables"),
        ])

    private static let http = Schema.object(
        ["url": url],
        optional: [
            "method": Schema.text(1...32, pattern: "^[A-Z-]+$"),
            "headers": [
                "type": "object", "maxProperties": 100,
                "propertyNames": ["pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"],
                "additionalProperties": scalar(
                    Schema.text(0...8_192, pattern: "^[^\\u0000-\\u0008\\u000a-\\u001f\\u007f]*$")),
            ],
            "body": Schema.text(), "json": Schema.anything,
        ])

    /// One of `argv` and `shell` must be there.
    private static let command = Schema.object(
        optional: [
            "argv": Schema.list(scalar(Schema.text(pattern: withoutNUL)), most: 4_096, least: 1),
            "shell": Schema.text(1...4_194_304, pattern: withoutNUL), "environment": Schema.ref("Variables"),
            "directory": Schema.text(1...4_096, pattern: withoutNUL), "input": Schema.text(),
        ])

    private static let script = Schema.object(
        ["directory": Schema.text(1...1_024, pattern: "^[^/\\u0000]+(/[^/\\u0000]+)*$")],
        optional: [
            "parameters": [
                "type": "object", "maxProperties": 200,
                "propertyNames": ["pattern": "^[A-Za-z_][A-Za-z0-9_-]*$", "maxLength": 64],
                "additionalProperties": scalar(Schema.text(pattern: withoutNUL)),
            ]
        ])

    private static let container = Schema.object(
        ["image": Schema.text(1...512, pattern: "^[A-Za-z0-9._/:@+][A-Za-z0-9._/:@+-]*$")],
        optional: [
            "command": texts, "entrypoint": texts, "environment": Schema.ref("Variables"),
            "directory": Schema.text(), "user": Schema.text(), "network": Schema.text(),
            "mounts": Schema.list(
                Schema.object(["source": Schema.text(), "target": Schema.text()], optional: ["readOnly": Schema.bool])),
            "memory": ["anyOf": [Schema.text(pattern: "^[0-9.]+ ?[A-Za-z]*$"), ["type": "integer", "minimum": 0]]],
            "cpus": ["type": "number", "exclusiveMinimum": 0, "maximum": 1_024],
            "pull": Schema.choice(["always", "missing", "never"]),
        ])

    private static let handler = Schema.object(
        ["name": Schema.text(1...64, pattern: word)], optional: ["input": Schema.anything])

    /// At least one field must be there.
    private static let jobChange: JSONValue = {
        let fields: JSONObject = [
            "priority": Schema.integer(-1_000_000...1_000_000), "queue": Schema.text(1...64, pattern: word),
            "notBefore": Schema.time, "deadline": Schema.ref("Duration"),
            "tags": [
                "type": "object", "maxProperties": 50,
                "propertyNames": ["pattern": .string(word), "maxLength": 64],
                "additionalProperties": Schema.text(0...256, pattern: uncontrolled),
            ],
        ]
        guard case .object(var object) = Schema.object(fields, required: []) else { return .null }
        object["minProperties"] = 1
        return .object(object)
    }()
}
