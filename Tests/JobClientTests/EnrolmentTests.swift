import JobClient
import JobCore
import JobHTTP
import JobTesting
import JobTransport
import Testing

/// A machine that becomes a worker over a network that loses answers.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct EnrolmentTests {
    @Test("an enrolment whose answers are lost is made once, and its token works")
    func lostAnswers() async throws {
        let store = MemoryQueue()
        try await QueueServer.with(store, access: .tokens, enrolment: AdmitAll()) { server in
            let enrolmentToken = try await server.token([.enrol])
            try await FaultProxy.with(to: server.port) { proxy in
                let secret = TokenText()
                let enrolment = try await Self.withClient(proxy.url, enrolmentToken) { client in
                    proxy.loseAnswers(2)
                    return try await client.enrol(instance: "i-0abc", secretHash: secret.hash)
                }
                #expect(enrolment.grant == AdmitAll.grant("i-0abc") && enrolment.tokenID == "worker-i-0abc")
                #expect(try await store.tokens().count == 2)
                let token = try #require(secret.named(enrolment.tokenID))
                let id = try await store.enqueue(.work("mine")).id
                try await server.withQueue(token: token.secretText) { queue in
                    let claim = try #require(
                        try await queue.claim(
                            ClaimRequest(worker: enrolment.grant.worker, limit: 1, lease: .seconds(30))
                        ).first)
                    #expect(claim.job.id == id)
                }
            }
        }
    }

    @Test("a machine that is not admitted hears why")
    func refused() async throws {
        try await QueueServer.with(MemoryQueue(), access: .tokens) { server in
            let token = try await server.token([.enrol])
            try await Self.withClient(server.url, token) { client in
                let error = await #expect(throws: QueueError.self) {
                    _ = try await client.enrol(instance: "i-0abc", secretHash: TokenText().hash)
                }
                #expect(error?.detail.hasSuffix("this server admits no machines") ?? false)
                let agent = try await client.agent(for: "linux-arm64")
                #expect(agent?.sha256 == nil)
            }
        }
    }

    private static func withClient<Value: Sendable>(
        _ url: String, _ token: String, _ body: (JobClient) async throws -> Value
    ) async throws -> Value {
        let transport = try CurlTransport()
        var address = try ServerAddress(url: url, token: try BearerToken(token))
        address.proxy = .direct
        let result: Result<Value, any Error>
        do { result = .success(try await body(JobClient(server: address, transport: transport))) } catch {
            result = .failure(error)
        }
        await transport.shutdown()
        return try result.get()
    }
}

private struct AdmitAll: WorkerEnrolment {
    static func grant(_ instance: String) -> EnrolmentGrant {
        EnrolmentGrant(
            worker: "fleet/\(instance)", queues: ["default"], slots: 1, expiresAt: Timestamp(seconds: 4_000_000_000))
    }

    func enrol(_ request: EnrolmentRequest, with token: AccessToken) async throws -> EnrolmentGrant {
        Self.grant(request.instance)
    }
}
