import JobCore
import JobExecutors
import JobTesting
import JobTransport
import Testing

/// The class table: what each status does to a step.
@Suite(.timeLimit(.minutes(1))) struct ResponseTableTests {
    private static let url = "https://example.org/jobs/1?key=s3cret"
    private let recorder = ProgressRecorder()

    private func outcome(
        _ status: Int, _ headers: HTTPHeaders = [:], step: [String: String] = [:]
    ) async -> Result<StepOutput, any Error> {
        let transport = ScriptedTransport([.on(.get, Self.url, respond: status, headers: headers, body: "answer")])
        let action = HTTPAction(url: Self.url, headers: step)
        do {
            let executor = HTTPExecutor(transport: transport, time: .fixed)
            return .success(try await executor.run(.test(.http(action)), reporting: recorder.report))
        } catch { return .failure(error) }
    }

    private func failure(_ status: Int, _ headers: HTTPHeaders = [:]) async throws -> StepFailure {
        let outcome = await outcome(status, headers)
        return try #require(throws: StepFailure.self) { try outcome.get() }
    }

    @Test(arguments: [200, 201, 202, 203, 204, 206, 226, 299])
    func `a status in the 200s succeeds`(_ status: Int) async throws {
        let output = try await outcome(status).get()
        #expect(output == StepOutput(status: status, headers: [:], body: "answer"))
        #expect(recorder.notes == ["GET https://example.org/jobs/1", "Succeeded: \(status)"])
    }

    @Test(arguments: [
        400, 401, 402, 403, 404, 405, 409, 410, 415, 418, 419, 422, 451, 499, 300, 304, 305, 306, 101, 600,
    ])
    func `other answers fail for good`(_ status: Int) async throws {
        let failure = try await failure(status, ["Retry-After": "5"])
        #expect(failure.code == .httpStatus)
        #expect(failure.message == "GET https://example.org/jobs/1 answered \(status)")
        #expect(!failure.isRetryable)
        #expect(failure.retryAfter == nil)
        #expect(failure.output?.status == status)
        #expect(failure.output?.body == "answer")
        #expect(recorder.notes.last == "Failed: \(status)")
    }

    @Test(arguments: [408, 425, 429]) func `a busy answer may be retried`(_ status: Int) async throws {
        let failure = try await failure(status, ["Retry-After": "7"])
        #expect(failure.isRetryable)
        #expect(failure.retryAfter == .seconds(7))
        #expect(recorder.notes.last == "Failed: \(status)")
    }

    @Test(arguments: [500, 501, 502, 503, 504, 511, 599])
    func `a server error may be retried`(_ status: Int) async throws {
        let failure = try await failure(status)
        #expect(failure.code == .httpStatus)
        #expect(failure.isRetryable)
        #expect(failure.retryAfter == nil)
        #expect(recorder.notes.last == "Remote server error: \(status)")
    }

    @Test(arguments: ["If-None-Match", "if-modified-since"])
    func `304 succeeds when the request was conditional`(_ field: String) async throws {
        let output = try await outcome(304, step: [field: "\"v1\""]).get()
        #expect(output.status == 304)
        #expect(recorder.notes.last == "Succeeded: 304")
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect without Location fails for good`(_ status: Int) async throws {
        let failure = try await failure(status)
        #expect(!failure.isRetryable)
        #expect(recorder.notes.last == "Failed: \(status) without Location header")
    }

    @Test(
        arguments: [
            ("120", Duration.seconds(120)), ("0", .zero), (" 3 ", .seconds(3)),
            ("99999999", .seconds(43_200)), ("99999999999999999999999999", .seconds(43_200)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", .seconds(30)), ("Sunday, 06-Nov-94 08:50:07 GMT", .seconds(30)),
            ("Sun Nov  6 08:50:07 1994", .seconds(30)), ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
            ("Sun, 06 Nov 9994 08:00:00 GMT", .seconds(43_200)),
            ("-5", nil), ("1.5", nil), ("soon", nil), ("", nil), ("Sun, 31 Feb 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 06 Nov 1994 25:49:37 GMT", nil),
        ] as [(String, Duration?)])
    func `Retry-After in seconds or as a date is the least delay`(_ value: String, _ delay: Duration?) async throws {
        // The clock of these tests stands at 1994-11-06T08:49:37Z.
        #expect(try await failure(503, ["Retry-After": value]).retryAfter == delay)
    }
}

extension TimeSource {
    /// Stands still at 1994-11-06T08:49:37Z.
    static let fixed = ManualTime(now: Timestamp(seconds: 784_111_777)).source
}
