import JobCore
import JobExecutors
import JobTesting
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct TransportFailureTests {
    private let url = "https://a.example/x"

    private func failure(_ error: TransportError.Code) async throws -> StepFailure {
        let transport = ScriptedTransport([
            .on(.get, url, fail: TransportError(error, operation: "GET https://a.example", detail: "it broke"))
        ])
        let recorder = ProgressRecorder()
        let failure = try await HTTPExecutor(transport: transport).failure(
            of: .test(.http(HTTPAction(url: url))), recorder)
        #expect(recorder.notes.last == failure.message)
        #expect(failure.message.contains("it broke"))
        return failure
    }

    @Test(arguments: [
        TransportError.Code.nameResolution, .connect, .connectTimeout, .sendFailed, .receiveFailed, .closedEarly,
        .shutDown,
    ])
    func `a broken connection may be retried`(_ code: TransportError.Code) async throws {
        let failure = try await failure(code)
        #expect(failure.code == .unavailable)
        #expect(failure.isRetryable)
    }

    @Test(arguments: [TransportError.Code.timeout, .idleTimeout])
    func `a timeout may be retried`(_ code: TransportError.Code) async throws {
        let failure = try await failure(code)
        #expect(failure.code == .timeout)
        #expect(failure.isRetryable)
    }

    @Test(arguments: [
        (TransportError.Code.destinationRefused, FailureCode.notPermitted), (.invalidRequest, .invalidStep),
        (.tls, .unavailable), (.invalidResponse, .unavailable), (.headersTooLarge, .unavailable),
    ])
    func `other troubles fail for good`(_ code: TransportError.Code, _ expected: FailureCode) async throws {
        let failure = try await failure(code)
        #expect(failure.code == expected)
        #expect(!failure.isRetryable)
    }

    @Test func `a body that breaks off fails a success and may be retried`() async throws {
        let failure = try await brokenBody(status: 200)
        #expect(failure.code == .unavailable)
        #expect(failure.isRetryable)
    }

    @Test func `a body that breaks off leaves a failure as it is`() async throws {
        let failure = try await brokenBody(status: 404)
        #expect(failure.code == .httpStatus)
        #expect(failure.output?.status == 404)
        #expect(failure.output?.isTruncated == true)
    }

    private func brokenBody(status: Int) async throws -> StepFailure {
        let transport = ScriptedTransport([
            .init("broken", where: { _ in true }) { _ in
                HTTPResponse(
                    status: status,
                    body: HTTPBody(unfolding: {
                        throw TransportError(.closedEarly, operation: "GET https://a.example", detail: "cut")
                    }))
            }
        ])
        return try await HTTPExecutor(transport: transport).failure(of: .test(.http(HTTPAction(url: url))))
    }

    @Test func `cancelling gives up the request`() async throws {
        let gate = AnswerGate()
        let transport = ScriptedTransport([.on(.get, url, respond: 200, gate: gate)])
        let recorder = ProgressRecorder()
        let run = Task {
            try await HTTPExecutor(transport: transport).run(
                .test(.http(HTTPAction(url: url))), reporting: recorder.report)
        }
        await recorder.waitFor("GET")
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
    }
}
