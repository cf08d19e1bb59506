import JobCore
import JobExecutors
import JobTesting
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct CallbackExecutorTests {
    private static let url = "https://example.org/hook?key=s3cret"
    private static let texts = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
    private static let secrets = texts.compactMap(WebhookSecret.init)
    private let recorder = ProgressRecorder()

    /// The step that a store makes for a job that failed.
    private static func step(attempt: Int = 1) throws -> StepInvocation {
        var spec = JobSpec(
            name: "report", steps: [StepSpec(name: "a", action: .http(HTTPAction(url: "https://a.org")))])
        spec.callbacks = [Callback(url: url)]
        let job = Job(submitting: NewJob(spec, id: JobID(high: 1, low: 2)), at: .epoch)
        let follower = try #require(try job.applying(.cancel(), at: Timestamp(seconds: 60)).followUps.first)
        var step = StepInvocation.test(follower.spec.steps[0].action, attempt: attempt)
        step.jobID = follower.id
        return step
    }

    private func executor(_ transport: ScriptedTransport, _ secrets: [WebhookSecret] = secrets) -> CallbackExecutor {
        CallbackExecutor(transport: transport, secrets: secrets, time: .fixed)
    }

    private func failure(_ status: Int, _ headers: HTTPHeaders = [:]) async throws -> StepFailure {
        let transport = ScriptedTransport([.on(.post, Self.url, respond: status, headers: headers)])
        return try await executor(transport).failure(of: Self.step(), recorder)
    }

    @Test func `posts the event with one signature for each secret, and the same id for all attempts`() async throws {
        let transport = ScriptedTransport([
            .on(.post, Self.url, respond: 200, body: "thanks"), .on(.post, Self.url, respond: 204),
        ])
        let step = try Self.step()
        let output = try await executor(transport).run(step, reporting: recorder.report)
        #expect(output.status == 200 && output.body == "thanks")
        _ = try await executor(transport).run(Self.step(attempt: 2), reporting: recorder.report)
        let requests = transport.requests
        try #require(requests.count == 2)
        #expect(requests[0].body == requests[1].body)
        let event = try JSONParser.parse(requests[0].body)
        #expect(event["type"] == "job.finished")
        #expect(event["timestamp"] == "1970-01-01T00:01:00Z")
        #expect(event["data"]?["id"] == .string(JobID(high: 1, low: 2).description))
        #expect(event["data"]?["status"] == "cancelled")
        let seconds = TimeSource.fixed.now.microseconds / 1_000_000
        for request in requests {
            let headers = request.request.headers
            #expect(headers["Content-Type"] == "application/json")
            #expect(headers["webhook-id"] == step.jobID.description)
            #expect(headers["webhook-timestamp"] == "\(seconds)")
            let signatures = Self.secrets.map {
                $0.signature(id: step.jobID.description, timestamp: seconds, body: request.body)
            }
            #expect(headers["webhook-signature"] == signatures.joined(separator: " "))
        }
        // The URL may hold the receiver's own secret.
        #expect(!recorder.notes.joined().contains("s3cret"))
    }

    @Test(arguments: [300, 302, 400, 401, 404, 409, 418, 429, 500, 503])
    func `every answer but success and 410 may be retried`(_ status: Int) async throws {
        let failure = try await failure(status, ["Location": "https://elsewhere.org/"])
        #expect(failure.code == .httpStatus && failure.isRetryable)
    }

    @Test func `410 ends it`() async throws {
        #expect(try await failure(410).isRetryable == false)
    }

    @Test func `what Retry-After says is kept`() async throws {
        #expect(try await failure(429, ["Retry-After": "77"]).retryAfter == .seconds(77))
    }

    @Test func `without a secret nothing is sent`() async throws {
        let transport = ScriptedTransport([])
        let failure = try await executor(transport, []).failure(of: Self.step())
        #expect(failure.code == .notPermitted && !failure.isRetryable)
        #expect(transport.requests.isEmpty)
    }

    @Test func `a step that no store made is refused`() async throws {
        let action = HandlerAction(name: "callback", input: ["url": "https://example.org/"])
        let failure = try await executor(ScriptedTransport([])).failure(of: .test(.handler(action)))
        #expect(failure.code == .invalidStep && !failure.isRetryable)
    }

    @Test func `goes only where HTTP steps may go`() async throws {
        var options = HTTPExecutor.Options()
        options.destinations.allowedHosts = ["elsewhere.org"]
        let executor = CallbackExecutor(
            transport: ScriptedTransport([]), secrets: Self.secrets, options: options, time: .fixed)
        let failure = try await executor.failure(of: Self.step())
        #expect(failure.code == .notPermitted && !failure.isRetryable)
    }
}
