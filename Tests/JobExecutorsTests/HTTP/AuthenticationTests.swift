import JobCore
import JobExecutors
import JobTesting
import JobTransport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct AuthenticationTests {
    private final class Keeper: HTTPAuthenticator {
        struct Trouble: Error {}
        let asked = Mutex<[Int]>([])
        let answer: @Sendable () throws -> HTTPHeaders?
        init(_ answer: @escaping @Sendable () throws -> HTTPHeaders?) { self.answer = answer }

        func credentials(for challenge: HTTPChallenge) async throws -> HTTPHeaders? {
            asked.withLock { $0.append(challenge.status) }
            return try answer()
        }
    }

    private let url = "https://a.example/x"
    private let recorder = ProgressRecorder()

    private func run(_ transport: ScriptedTransport, _ keeper: Keeper?) async throws -> StepOutput {
        try await HTTPExecutor(transport: transport, authenticator: keeper).run(
            .test(.http(HTTPAction(method: "PUT", url: url, headers: ["x-api-token": "old"], body: .text("body")))),
            reporting: recorder.report)
    }

    private func failure(_ transport: ScriptedTransport, _ keeper: Keeper?) async throws -> StepFailure {
        try await #require(throws: StepFailure.self) { try await run(transport, keeper) }
    }

    @Test(arguments: [400, 401, 419])
    func `a refused request is repeated with fresh credentials`(_ status: Int) async throws {
        let keeper = Keeper { ["X-API-Token": "fresh"] }
        let transport = ScriptedTransport([
            .on(.put, url, respond: status), .on(.put, url, respond: 204),
        ])
        _ = try await run(transport, keeper)
        #expect(transport.requests.map { $0.request.headers.values(named: "X-API-Token") } == [["old"], ["fresh"]])
        #expect(transport.requests.map(\.text) == ["body", "body"])
        #expect(keeper.asked.withLock { $0 } == [status])
        #expect(recorder.notes == ["PUT https://a.example/x", "Authenticated", "Succeeded: 204"])
    }

    @Test func `credentials are asked for once an attempt`() async throws {
        let keeper = Keeper { ["X-API-Token": "fresh"] }
        let transport = ScriptedTransport([.on(.put, url, respond: 401), .on(.put, url, respond: 401)])
        let failure = try await failure(transport, keeper)
        #expect(failure.output?.status == 401)
        #expect(!failure.isRetryable)
        #expect(keeper.asked.withLock { $0.count } == 1)
        #expect(recorder.notes.last == "Failed: 401")
    }

    @Test func `without credentials the step fails for good`() async throws {
        let failure = try await failure(ScriptedTransport([.on(.put, url, respond: 401)]), Keeper { nil })
        #expect(failure.code == .httpStatus)
        #expect(!failure.isRetryable)
        #expect(recorder.notes.last == "Failed to authenticate")
    }

    @Test func `a failing authenticator may be retried, and its error stays out of the log`() async throws {
        let failure = try await failure(
            ScriptedTransport([.on(.put, url, respond: 401)]), Keeper { throw Keeper.Trouble() })
        #expect(failure.isRetryable)
        #expect(recorder.notes.last == "Failed to authenticate")
        #expect(!failure.message.contains("Trouble"))
    }

    @Test func `another origin is given no credentials`() async throws {
        let keeper = Keeper { ["X-Plain": "fresh"] }
        let transport = ScriptedTransport([
            .on(.put, url, respond: 401),
            .on(.put, url, respond: 307, headers: ["Location": "https://b.example/"]),
            .on(.put, "https://b.example/", respond: 200),
        ])
        _ = try await run(transport, keeper)
        #expect(transport.requests[1].request.headers["X-Plain"] == "fresh")
        #expect(transport.requests[2].request.headers["X-Plain"] == nil)
    }

    @Test func `an authenticator is not asked on behalf of another origin`() async throws {
        let keeper = Keeper { ["X-API-Token": "fresh"] }
        let transport = ScriptedTransport([
            .on(.put, url, respond: 307, headers: ["Location": "https://b.example/"]),
            .on(.put, "https://b.example/", respond: 401),
        ])
        _ = try await failure(transport, keeper)
        #expect(keeper.asked.withLock { $0 } == [])
    }
}
