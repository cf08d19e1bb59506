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
            let registered = server.service.routes.filter { $0.operation != nil }
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
