internal import JobCore

/// The parts of answers and parameters that many operations share.
enum Answers {
    static func json(_ about: String, _ schema: JSONValue, headers: [String] = []) -> JSONValue {
        var object: JSONObject = [
            "description": .string(about), "content": ["application/json": ["schema": schema]],
        ]
        add(headers, to: &object)
        return .object(object)
    }

    static func plain(_ about: String, type: String? = nil, headers: [String] = []) -> JSONValue {
        var object: JSONObject = ["description": .string(about)]
        if let type { object["content"] = .object([type: ["schema": Schema.text()]]) }
        add(headers, to: &object)
        return .object(object)
    }

    private static func add(_ headers: [String], to object: inout JSONObject) {
        guard !headers.isEmpty else { return }
        var fields = JSONObject()
        for name in headers { fields[name] = ["schema": Schema.text()] }
        object["headers"] = .object(fields)
    }

    static let job = json("The job.", Schema.ref("Job"), headers: ["ETag"])

    static let events: JSONValue = [
        "description": "Events of the type job, with the job as JSON in data.",
        "content": [
            "text/event-stream": [
                "schema": Schema.object(
                    ["event": Schema.text(), "id": Schema.text(), "data": Schema.text()], required: [], isOpen: true)
            ]
        ],
    ]

    static func query(
        _ name: String, _ schema: JSONValue, _ about: String, isList: Bool = false
    ) -> JSONValue {
        var object: JSONObject = [
            "name": .string(name), "in": "query", "schema": schema, "description": .string(about),
        ]
        if isList {
            object["style"] = "form"
            object["explode"] = true
        }
        return .object(object)
    }

    static func header(_ name: String, _ schema: JSONValue, _ about: String, required: Bool = false) -> JSONValue {
        [
            "name": .string(name), "in": "header", "schema": schema, "description": .string(about),
            "required": .bool(required),
        ]
    }

    static func body(
        _ schema: JSONValue, required: Bool = true, types: [String] = ["application/json"]
    ) -> JSONValue {
        var content = JSONObject()
        for type in types { content[type] = ["schema": schema] }
        return ["required": .bool(required), "content": .object(content)]
    }
}
