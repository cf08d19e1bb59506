import JobCore
import JobExecutors
import JobTesting
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct RedirectTests {
    private let recorder = ProgressRecorder()
    private let secrets: HTTPHeaders = [
        "Authorization": "Bearer s3cret", "Cookie": "c=s3cret", "Proxy-Authorization": "s3cret",
        "X-Api-Key": "s3cret", "X-Team-Token": "s3cret", "X-Special": "s3cret",
    ]

    private func action(_ method: String = "POST", _ url: String = "https://a.example/one") -> HTTPAction {
        var headers = Dictionary(uniqueKeysWithValues: secrets.map { ($0.name, $0.value) })
        headers["X-Plain"] = "plain"
        return HTTPAction(method: method, url: url, headers: headers, body: method == "GET" ? nil : .json(["a": 1]))
    }

    private func run(_ action: HTTPAction, _ transport: ScriptedTransport) async throws -> StepOutput {
        let executor = HTTPExecutor(transport: transport, options: .init(secretHeaders: ["x-special"]))
        let output = try await executor.run(.test(.http(action)), reporting: recorder.report)
        try transport.verifyComplete()
        return output
    }

    private func refusal(_ action: HTTPAction, _ status: Int, _ location: String) async throws -> StepFailure {
        let transport = ScriptedTransport([
            .on(HTTPMethod(rawValue: action.method), action.url, respond: status, headers: ["Location": location])
        ])
        return try await #require(throws: StepFailure.self) { try await run(action, transport) }
    }

    @Test(arguments: [301, 302, 307, 308], ["GET", "POST", "PUT", "DELETE"])
    func `a redirect keeps method, body and, at the same origin, all fields`(
        _ status: Int, _ method: String
    ) async throws {
        let transport = ScriptedTransport([
            .on(
                HTTPMethod(rawValue: method), "https://a.example/one", respond: status,
                headers: ["Location": "/two?k=s3cret"]),
            .on(HTTPMethod(rawValue: method), "https://a.example/two?k=s3cret", respond: 200),
        ])
        _ = try await run(action(method), transport)
        let (first, second) = (transport.requests[0], transport.requests[1])
        #expect(second.body == first.body)
        #expect(second.request.headers == first.request.headers)
        #expect(
            recorder.notes == [
                "\(method) https://a.example/one", "Redirect: \(status) to https://a.example/two", "Succeeded: 200",
            ])
    }

    @Test func `303 becomes GET without body`() async throws {
        let transport = ScriptedTransport([
            .on(.post, "https://a.example/one", respond: 303, headers: ["Location": "two"]),
            .on(.get, "https://a.example/two", respond: 200),
        ])
        _ = try await run(action(), transport)
        #expect(transport.requests[1].body == [])
        #expect(!transport.requests[1].request.headers.contains("Content-Type"))
    }

    @Test func `303 leaves HEAD as it is`() async throws {
        let transport = ScriptedTransport([
            .on(.head, "https://a.example/one", respond: 303, headers: ["Location": "two"]),
            .on(.head, "https://a.example/two", respond: 200),
        ])
        _ = try await run(HTTPAction(method: "HEAD", url: "https://a.example/one"), transport)
    }

    @Test(arguments: ["https://b.example/x", "https://a.example:8443/x", "//b.example/x"])
    func `secrets do not go to another origin`(_ location: String) async throws {
        let transport = ScriptedTransport([
            .on(
                .post, "https://a.example/one", respond: 307,
                headers: ["Location": HTTPHeaders.Field(name: "l", value: location).value]),
            .init("the second", where: { !$0.url.hasPrefix("https://a.example/") }) { _ in HTTPResponse(status: 200) },
        ])
        _ = try await run(action(), transport)
        let second = transport.requests[1].request.headers
        #expect(second["X-Plain"] == "plain")
        #expect(second["Idempotency-Key"] != nil)
        #expect(!second.contains { $0.value.contains("s3cret") })
    }

    @Test(arguments: ["http://a.example/x", "HTTP://a.example/"])
    func `https does not become http`(_ location: String) async throws {
        let failure = try await refusal(action(), 302, location)
        #expect(failure.code == .notPermitted)
        #expect(!failure.isRetryable)
    }

    @Test func `http may become https`() async throws {
        let transport = ScriptedTransport([
            .on(.get, "http://a.example/", respond: 301, headers: ["Location": "https://a.example/"]),
            .on(.get, "https://a.example/", respond: 200),
        ])
        _ = try await run(HTTPAction(url: "http://a.example/"), transport)
    }

    @Test(arguments: ["ftp://a.example/", "file:///etc/passwd", "javascript:alert(1)", "http://", "//"])
    func `a redirect to no http URL fails for good`(_ location: String) async throws {
        let failure = try await refusal(action(), 302, location)
        #expect(!failure.isRetryable)
    }

    @Test func `a loop ends after five redirects`() async throws {
        let transport = ScriptedTransport([
            .init("the loop", reusable: true, where: { _ in true }) { _ in
                HTTPResponse(status: 302, headers: ["Location": "/one"])
            }
        ])
        let failure = try await #require(throws: StepFailure.self) { try await run(action(), transport) }
        #expect(transport.requests.count == 6)
        #expect(failure.code == .httpStatus)
        #expect(!failure.isRetryable)
        #expect(failure.output?.status == 302)
    }
}
