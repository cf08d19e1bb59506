import JobCore
import JobHTTP
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct DescriptionTests {
    @Test func theDescriptionListsExactlyTheRoutes() async throws {
        try await LiveServer.with { server in
            let document = try await server.get("/openapi.json").json
            guard case .object(let paths)? = document["paths"] else {
                Issue.record("no paths")
                return
            }
            var described: Set<String> = []
            for (path, item) in paths {
                guard case .object(let methods) = item else { continue }
                for (method, operation) in methods {
                    described.insert("\(method.uppercased()) \(path)")
                    #expect(operation["operationId"]?.stringValue != nil)
                }
            }
            // All but the dashboard's pages, which are for people.
            let registered = server.service.routes.filter { route in
                ["/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json"].contains { route.path.hasPrefix($0) }
            }
            #expect(registered.contains { $0.path == "/v1/queue/claim" })
            let names = Set(registered.map { "\($0.method) \($0.path)" })
            #expect(described == names)
            let ids = registered.compactMap { $0.operation?.id }
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test func everyDescribedReferenceIsThere() async throws {
        try await LiveServer.with { server in
            let answer = try await server.get("/openapi.json")
            for part in answer.text.split(separator: "\"$ref\":\"#/").dropFirst() {
                var value: JSONValue? = answer.json
                for word in part.prefix(while: { $0 != "\"" }).split(separator: "/") { value = value?[String(word)] }
                #expect(value != nil, "\(part.prefix(60))")
            }
        }
    }

    @Test func bodiesInYAMLAreDescribedWhereTheyAreTaken() async throws {
        func types(_ server: LiveServer) async throws -> [String] {
            let document = try await server.get("/openapi.json").json
            let body = document["paths"]?["/v1/jobs"]?["post"]?["requestBody"]
            guard case .object(let content)? = body?["content"] else { return [] }
            return content.map(\.key)
        }
        let plain = try await LiveServer.with { try await types($0) }
        #expect(plain == ["application/json"])
        var configuration = JobService.Configuration.open
        configuration.yaml = { _ in [] }
        let both = try await LiveServer.with(service: configuration) { try await types($0) }
        #expect(both == ["application/json", "application/yaml"])
    }

    @Test(arguments: [
        ("cancel-requests", #"{"worker": 1}"#, 422, "worker"), ("claim", "{", 400, nil),
        ("log", #"{"job": "00000000-0000-8000-8000-000000000000", "offset": -1, "limit": 1}"#, 422, "offset"),
        ("write-records", #"{"changes": [{"collection": "a/b", "key": "k", "action": "check"}]}"#, 422, nil),
    ])
    func messagesOfWorkersAreRefusedAsOtherBodiesAre(
        _ call: String, _ body: String, _ status: Int, _ path: String?
    ) async throws {
        try await LiveServer.with { server in
            let answer = try await server.post("/v1/queue/\(call)", body)
            #expect(answer.status == status)
            #expect(answer.headers["Content-Type"] == "application/problem+json")
            if case .array(let errors)? = answer.json["errors"] {
                #expect(errors.first?["path"]?.stringValue == path)
            } else {
                #expect(path == nil)
            }
        }
    }

    @Test func otherMethodsOfAPathAreNotAllowed() async throws {
        try await LiveServer.with { server in
            let answer = try await server.send(.delete, "/v1/jobs")
            #expect(answer.status == 405)
            #expect(answer.headers["Allow"] == "GET, HEAD, POST")
        }
    }

    @Test func readinessTellsWhetherTheStoreAnswers() async throws {
        try await LiveServer.with { server in
            let answer = try await server.get("/readyz")
            #expect(answer.status == 200)
        }
    }

    @Test func aHeadRequestHasTheFieldsAndNoBody() async throws {
        try await LiveServer.with { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job()).json.jobID)
            let answer = try await server.send(.head, "/v1/jobs/\(id)")
            #expect(answer.status == 200)
            #expect(answer.bytes.isEmpty)
            #expect(answer.headers["ETag"] != nil)
        }
    }
}
