internal import JobCore

/// The schemas of jobs as callers send them; what only a look at the values finds is refused with 422.
enum JobSchemas {
    static let all: JSONObject = [
        "NewJob": newJob, "NewJobs": newJobs, "NewStep": newStep, "Retry": retry, "Duration": duration,
        "Labels": labels, "Variables": variables, "JobChange": jobChange,
    ]

    private static let word = "^[A-Za-z0-9._-]+$"
    /// Something visible, and no control characters.
    private static let line = "^[ -~]*[!-~][ -~]*$"

    private static let duration: JSONValue = [
        "description": "A duration such as 90s, 10m or 1h30m, or a number of seconds.",
        "anyOf": [
            ["type": "string", "pattern": "^([1-9][0-9]{0,2}d)?([1-9][0-9]{0,2}h)?[1-9][0-9]{0,2}[ms]$"],
            ["type": "number", "minimum": 1, "maximum": 315_360_000],
        ],
    ]

    private static let labels: JSONValue = [
        "type": "object", "maxProperties": 50,
        "propertyNames": ["pattern": .string(word), "maxLength": 64],
        "additionalProperties": Schema.text(0...64, pattern: "^[ -~]*$"),
    ]

    private static let variables: JSONValue = [
        "type": "object", "maxProperties": 1_000,
        "propertyNames": ["pattern": "^[A-Za-z_][A-Za-z0-9_]*$", "maxLength": 200],
        "additionalProperties": Schema.text(0...4_096, pattern: "^[ -~]*$"),
    ]

    private static let retry = Schema.object([
        "limit": Schema.integer(1...1_000), "backoff": Schema.choice(["power", "quartic"]),
        "base": Schema.number(0...43_200), "multiplier": Schema.number(0...43_200),
        "exponent": Schema.number(0...100), "cap": Schema.ref("Duration"), "jitter": Schema.number(0...1),
    ])

    private static let newJob = Schema.object(
        [
            "name": Schema.text(1...200, pattern: line), "queue": Schema.text(1...64, pattern: word),
            "priority": Schema.integer(-1_000_000...1_000_000), "lane": Schema.text(1...200, pattern: line),
            "uniqueKey": Schema.text(1...200, pattern: line),
            "uniqueWhile": Schema.list(Schema.choice(UniqueKey.Phase.allCases.map(\.rawValue)), most: 6, least: 1),
            "tags": Schema.ref("Labels"), "metadata": Schema.ref("Labels"), "notBefore": Schema.time,
            "deadline": Schema.ref("Duration"), "retention": Schema.ref("Duration"), "retry": Schema.ref("Retry"),
            "timeout": Schema.ref("Duration"), "jobTimeout": Schema.ref("Duration"),
            "traceContext": Schema.ref("Labels"),
            "steps": Schema.list(Schema.ref("NewStep"), most: 1_000),
            "callbacks": Schema.list(
                Schema.object(
                    [
                        "url": url, "on": Schema.list(Schema.choice(Outcome.allCases.map(\.rawValue)), most: 4, least: 1),
                    ], required: ["url"]), most: 10),
        ], required: ["name", "steps"])

    private static let newJobs = Schema.object(
        ["jobs": Schema.list(Schema.ref("NewJob"), most: 1_000, least: 1)], required: ["jobs"])

    private static let url: JSONValue = [
        "type": "string", "pattern": "^https?://[a-z0-9]([a-z0-9.-]{0,60}[a-z0-9])?(:[1-9][0-9]{0,3})?(/[A-Za-z0-9._~-]{0,50}){0,5}$",
        "maxLength": 2_048,
    ]

    private static let texts = Schema.list(Schema.text(0...1_000, pattern: "^[ -~]*$"), most: 1_000)

    private static let newStep: JSONValue = {
        let common: JSONObject = [
            "name": Schema.text(1...100, pattern: line), "retry": Schema.ref("Retry"),
            "timeout": Schema.ref("Duration"), "environment": Schema.ref("Variables"),
        ]
        let kinds: [(String, JSONValue)] = [
            ("http", http), ("command", command), ("script", script), ("container", container), ("handler", handler),
        ]
        return [
            "oneOf": .array(
                kinds.map { name, schema in
                    var fields = common
                    fields[name] = schema
                    return Schema.object(fields, required: ["name", name])
                })
        ]
    }()

    private static let http = Schema.object(
        [
            "method": Schema.text(1...32, pattern: "^[A-Z-]+$"), "url": url,
            "headers": [
                "type": "object", "maxProperties": 100,
                "propertyNames": ["pattern": "^[A-Za-z0-9-]+$", "maxLength": 100],
                "additionalProperties": Schema.text(0...1_000, pattern: "^[ -~]*$"),
            ],
            "body": Schema.text(), "json": Schema.anything,
        ], required: ["url"])

    private static let command: JSONValue = {
        let common: JSONObject = [
            "environment": Schema.ref("Variables"), "directory": Schema.text(1...4_096, pattern: "^[ -~]+$"),
            "input": Schema.text(),
        ]
        var argv = common
        argv["argv"] = Schema.list(Schema.text(1...1_000, pattern: "^[ -~]+$"), most: 1_000, least: 1)
        var shell = common
        shell["shell"] = Schema.text(1...100_000, pattern: "^[ -~]+$")
        return ["oneOf": [Schema.object(argv, required: ["argv"]), Schema.object(shell, required: ["shell"])]]
    }()

    private static let script = Schema.object(
        [
            "directory": Schema.text(1...1_024, pattern: "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$"),
            "parameters": [
                "type": "object", "maxProperties": 200,
                "propertyNames": ["pattern": "^[A-Z_][A-Za-z0-9_-]*$", "maxLength": 64],
                "additionalProperties": Schema.text(0...1_000, pattern: "^[ -~]*$"),
            ],
        ], required: ["directory"])

    private static let container = Schema.object(
        [
            "image": Schema.text(1...512, pattern: "^[A-Za-z0-9][A-Za-z0-9._/:@+-]*$"), "command": texts,
            "entrypoint": texts, "environment": Schema.ref("Variables"),
            "directory": Schema.text(1...4_096, pattern: "^/[ -~]*$"),
            "user": Schema.text(1...100, pattern: "^[A-Za-z0-9:_.-]+$"),
            "mounts": Schema.list(
                Schema.object(
                    [
                        "source": Schema.text(1...4_096, pattern: "^/[ -~]*$"),
                        "target": Schema.text(1...4_096, pattern: "^/[ -~]*$"), "readOnly": Schema.bool,
                    ], required: ["source", "target"]), most: 100),
            "memory": ["anyOf": [Schema.text(pattern: "^[1-9][0-9]{1,3}(MiB|GiB)$"), Schema.integer(6_291_456...1 << 40)]],
            "cpus": Schema.number(0.001...1_024), "network": Schema.text(1...64, pattern: word),
            "pull": Schema.choice(["always", "missing", "never"]),
        ], required: ["image"])

    private static let handler = Schema.object(
        ["name": Schema.text(1...64, pattern: word), "input": Schema.anything], required: ["name"])

    private static let jobChange: JSONValue = {
        let fields: JSONObject = [
            "priority": Schema.integer(-1_000_000...1_000_000), "queue": Schema.text(1...64, pattern: word),
            "notBefore": Schema.time, "deadline": Schema.ref("Duration"), "tags": Schema.ref("Labels"),
        ]
        guard case .object(var object) = Schema.object(fields) else { return .null }
        object["minProperties"] = 1
        return .object(object)
    }()
}
