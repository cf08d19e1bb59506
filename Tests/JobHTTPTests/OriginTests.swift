import JobCore
import JobHTTP
import JobTransport
import Testing

/// A server without tokens, and the pages that a browser on the same machine shows.
@Suite(.timeLimit(.minutes(1))) struct OriginTests {
    @Test func aPageOfAnotherSiteCanDoNothing() async throws {
        try await LiveServer.with { server in
            for headers: HTTPHeaders in [
                ["Origin": "https://evil.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
                ["Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"],
            ] {
                let answer = try await server.post("/v1/jobs", Body.job(), headers: headers)
                #expect(answer.status == 403)
            }
            let own = try await server.post(
                "/v1/jobs", Body.job(), headers: ["Origin": server.url, "Sec-Fetch-Site": "same-origin"])
            #expect(own.status == 201)
        }
    }

    @Test func aNameThatWasMadeToPointHereIsRefused() async throws {
        let configuration = JobService.Configuration(access: .none, hosts: ["127.0.0.1", "localhost"])
        try await LiveServer.with(service: configuration) { server in
            let rebound = try await server.get("/v1/jobs", headers: ["Host": "evil.example:\(server.port)"])
            let own = try await server.get("/v1/jobs")
            #expect(rebound.status == 403)
            #expect(own.status == 200)
        }
    }
}
