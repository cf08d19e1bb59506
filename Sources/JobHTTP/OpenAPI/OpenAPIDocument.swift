internal import HTTPTypes
internal import JobCore

/// The OpenAPI description of some routes: what is registered is what is described.
///
/// Source: https://spec.openapis.org/oas/v3.1.0
struct OpenAPIDocument {
    let routes: [Route]
    let configuration: JobService.Configuration

    /// The document.
    var json: JSONValue {
        var paths = JSONObject()
        for route in routes {
            guard let operation = route.operation else { continue }
            var item: JSONObject
            if case .object(let known)? = paths[route.path] { item = known } else { item = JSONObject() }
            item[route.method.rawValue.lowercased()] = describe(operation, of: route)
            paths[route.path] = .object(item)
        }
        var schemas = JobSchemas.all
        for (name, schema) in AnswerSchemas.all { schemas[name] = schema }
        for (name, schema) in WireSchemas.all { schemas[name] = schema }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "JobKit", "version": .string(configuration.version),
                "description": "Durable jobs of many steps: submit, watch, change.",
                "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": .string(configuration.pathPrefix.isEmpty ? "/" : configuration.pathPrefix)]],
            "paths": .object(paths),
            "components": [
                "schemas": .object(schemas),
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer", "bearerFormat": "jk_<id>_<secret>"]],
                "responses": [
                    "Problem": [
                        "description": "Why the call was refused.",
                        "content": ["application/problem+json": ["schema": Schema.ref("Problem")]],
                    ]
                ],
            ],
        ]
    }

    private func describe(_ operation: Operation, of route: Route) -> JSONValue {
        var object: JSONObject = [
            "operationId": .string(operation.id), "summary": .string(operation.summary),
            "tags": [.string(operation.tag)],
        ]
        let parameters = pathParameters(of: route.path) + operation.parameters
        if !parameters.isEmpty { object["parameters"] = .array(parameters) }
        object["requestBody"] = operation.requestBody
        var responses = operation.responses
        for status in refusals(of: route, operation) where responses[status] == nil {
            responses[status] = ["$ref": "#/components/responses/Problem"]
        }
        object["responses"] = .object(responses)
        if case .scoped(let scopes) = route.access, configuration.access == .tokens {
            object["security"] = [["token": []]]
            let names = scopes.map(\.rawValue).sorted().joined(separator: " or ")
            object["description"] = .string("Needs the scope \(names).")
        }
        return .object(object)
    }

    private func pathParameters(of path: String) -> [JSONValue] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
            let name = String(part.dropFirst().dropLast())
            let schema: JSONValue =
                name == "id"
                ? ["type": "string", "format": "uuid"]
                : path.contains("/artifacts/")
                    ? Schema.text(1...200, pattern: "^[A-Za-z0-9_-][A-Za-z0-9._-]*$")
                    : path.hasPrefix("/v1/queues/")
                        ? Schema.text(1...64, pattern: "^[A-Za-z0-9._-]+$") : Schema.text(1...200)
            return ["name": .string(name), "in": "path", "required": true, "schema": schema]
        }
    }

    /// What a call may be refused with, besides what its description says.
    private func refusals(of route: Route, _ operation: Operation) -> [String] {
        var statuses = ["400", "405", "500", "503"]
        if case .scoped = route.access, configuration.access == .tokens { statuses += ["401", "403", "429"] }
        if route.path.contains("{") { statuses.append("404") }
        if operation.requestBody != nil || route.method == .post { statuses += ["403", "413", "415", "422", "507"] }
        if route.path.contains("{id}"), route.method != .get { statuses.append("409") }
        if route.method == .post, ["/v1/jobs", QueueRoute.enqueue.path].contains(route.path) { statuses.append("409") }
        // Where no machines are admitted, or no tokens are asked for.
        if route.path == "/v1/workers/enrol" { statuses += ["404", "409"] }
        if route.method == .patch { statuses += ["412", "428"] }
        var known: Set<String> = []
        return statuses.filter { known.insert($0).inserted }
    }
}
