import JobCore
import JobExecutors
import JobTesting
import JobTransport
import Testing

/// What HTTP steps send.
@Suite(.timeLimit(.minutes(1))) struct HTTPRequestTests {
    private func request(
        _ action: HTTPAction, _ edit: (inout StepInvocation) -> Void = { _ in }
    ) async throws -> ScriptedTransport.RecordedRequest {
        var step = StepInvocation.test(.http(action), attempt: 4)
        edit(&step)
        let transport = ScriptedTransport([
            .init("any", where: { _ in true }) { _ in HTTPResponse(status: 200) }
        ])
        _ = try await HTTPExecutor(transport: transport, time: .fixed).run(step) { _ in }
        return try #require(transport.requests.first)
    }

    @Test func `a request names the job, the step and the attempt`() async throws {
        let id = "01900000-0000-7000-8000-000000000001"
        let sent = try await request(HTTPAction(url: "http://a.example/")) { step in
            step.metadata = ["user": "Zoë"]
            step.traceContext = ["traceparent": "00-1-2-01", "host": "evil", "content-length": "7"]
        }
        #expect(
            Dictionary(uniqueKeysWithValues: sent.request.headers.map { ($0.name, $0.value) }) == [
                "Accept": "*/*", "User-Agent": "JobKit", "Idempotency-Key": "\(id)/2", "Job-Attempt-Id": "\(id)/2/4",
                "Job-Id": id, "Job-Metadata": "{\"user\":\"Zo\\u00eb\"}", "traceparent": "00-1-2-01",
            ])
    }

    @Test func `the step's fields win without regard to case`() async throws {
        let own = ["accept": "text/plain", "USER-AGENT": "mine", "idempotency-key": "k", "Job-Id": "j"]
        let sent = try await request(HTTPAction(url: "http://a.example/", headers: own))
        for (name, value) in own { #expect(sent.request.headers.values(named: name) == [value]) }
    }

    @Test func `JSON is sent as application/json unless the step says otherwise`() async throws {
        let plain = try await request(
            HTTPAction(method: "POST", url: "http://a.example/", body: .json(["a": [1, nil]])))
        #expect(plain.text == "{\"a\":[1,null]}")
        #expect(plain.request.headers["Content-Type"] == "application/json")
        let own = try await request(
            HTTPAction(
                method: "POST", url: "http://a.example/", headers: ["content-type": "application/merge-patch+json"],
                body: .json([:])))
        #expect(own.request.headers.values(named: "Content-Type") == ["application/merge-patch+json"])
    }

    @Test func `text is sent as it stands, without a content type`() async throws {
        let sent = try await request(HTTPAction(method: "POST", url: "http://a.example/", body: .text("ä {")))
        #expect(sent.text == "ä {")
        #expect(!sent.request.headers.contains("Content-Type"))
    }

    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
    func `any method can be used`(_ method: String) async throws {
        #expect(
            try await request(HTTPAction(method: method, url: "http://a.example/")).request.method.rawValue == method)
    }

    @Test(arguments: ["Content-Length", "transfer-encoding", "Connection", "HOST", "Keep-Alive", "Upgrade", "TE"])
    func `fields of the transport are refused`(_ name: String) async throws {
        let executor = HTTPExecutor(transport: ScriptedTransport())
        let failure = try await executor.failure(
            of: .test(.http(HTTPAction(url: "http://a.example/", headers: [name: "1"]))))
        #expect(failure.code == .invalidStep)
        #expect(!failure.isRetryable)
        #expect(failure.message.contains(name))
    }

    @Test(arguments: ["", "example.org", "ftp://a.example/", "http://", "http://a b/", "http://a.example:99999/"])
    func `an unusable URL fails for good`(_ url: String) async throws {
        let failure = try await HTTPExecutor(transport: ScriptedTransport()).failure(
            of: .test(.http(HTTPAction(url: url))))
        #expect(failure.code == .invalidStep)
        #expect(!failure.isRetryable)
    }

    @Test func `metadata that is too long for a header is left out`() async throws {
        let sent = try await request(HTTPAction(url: "http://a.example/")) { step in
            for number in 0..<10 { step.metadata["key\(number)"] = String(repeating: "x", count: 1_000) }
        }
        #expect(!sent.request.headers.contains("Job-Metadata"))
    }

    @Test func `the step's time limit is the transport's too`() async throws {
        let sent = try await request(HTTPAction(url: "http://a.example/")) { $0.timeout = .seconds(9) }
        #expect(sent.request.timeouts == HTTPTimeouts(connect: .seconds(30), total: .seconds(9), idle: .seconds(60)))
        #expect(try await request(HTTPAction(url: "http://a.example/")).request.timeouts.total == nil)
    }

    @Test func `secrets are in no note and no error`() async throws {
        let recorder = ProgressRecorder()
        let url = "https://user:s3cret@a.example/path?key=s3cret#s3cret"
        let transport = ScriptedTransport([
            .init("any", where: { _ in true }) { _ in HTTPResponse(status: 404) }
        ])
        let action = HTTPAction(method: "POST", url: url, headers: ["Authorization": "s3cret", "X-Token": "s3cret"])
        let failure = try await HTTPExecutor(transport: transport).failure(of: .test(.http(action)), recorder)
        #expect(recorder.notes == ["POST https://a.example/path", "Failed: 404"])
        #expect(!"\(failure)".contains("s3cret"))
    }
}
