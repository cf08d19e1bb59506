import JobCore
import JobHTTP
import JobTesting
import JobTransport
import Testing

/// Workers that go away while the server answers their claims: their jobs wait for no lease to run out.
@Suite(.timeLimit(.minutes(1))) struct LostWorkerTests {
    /// A claim as its bytes; its leases would last longer than any test.
    private static func claim(wait: Duration) -> String {
        let body =
            #"{"worker": "lost", "slots": [{"queue": "default", "limit": 1}], "limit": 1, "lease": 3600000000, "#
            + #""name": "one", "wait": \#(wait.components.seconds * 1_000_000)}"#
        return "POST /v1/queue/claim HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static let spec = JobSpec(
        name: "job", steps: [StepSpec(name: "step", action: .handler(HandlerAction(name: "work")))])

    @Test func aWaitingClaimEndsWithItsClient() async throws {
        try await LiveServer.with { server in
            let connection = try RawConnection(port: server.port)
            connection.send(Self.claim(wait: .seconds(50)))
            connection.finishSending()
            let answer = await connection.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.hasSuffix(#"{"claims":[]}"#))
            let job = try await server.store.enqueue(Self.spec)
            #expect(try await server.store.job(job.id)?.attempts.isEmpty == true)
        }
    }

    @Test func theJobsOfAClaimWhoseClientHasGoneGoBackAtOnce() async throws {
        let memory = MemoryQueue()
        let gate = Gate()
        let store = FaultyQueue(memory, faults: [.hold(.claim, at: gate)])
        // The second connection is taken when the server has seen the end of the first.
        try await LiveServer.with(store, server: JobServer.Configuration(maximumConnections: 1)) { server in
            let id = try await memory.enqueue(Self.spec).id
            let changes = memory.signals(for: .job(id))
            let connection = try RawConnection(port: server.port)
            connection.send(Self.claim(wait: .zero))
            try await gate.waitForArrivals(1)
            connection.reset()
            #expect(try await server.get("/healthz").status == 200)
            gate.open()
            for await _ in changes where try await memory.job(id)?.phase == .waiting { break }
            let job = try #require(try await memory.job(id))
            #expect(job.attempts.map(\.outcome) == [.released])
            #expect(job.status(at: TimeSource.system.now) == .queued)
            let again = try await memory.claim(ClaimRequest(worker: "other", limit: 1, lease: .seconds(30)))
            #expect(again.map(\.job.id) == [id])
        }
    }

    @Test func aClientThatClosesAfterItsAnswerKeepsItsJobs() async throws {
        try await LiveServer.with { server in
            let id = try await server.store.enqueue(Self.spec).id
            let answer = try await server.post(
                "/v1/queue/claim",
                #"{"worker": "w", "slots": [{"queue": "default", "limit": 1}], "limit": 1, "lease": 3600000000}"#,
                headers: ["Connection": "close"])
            #expect(answer.text.contains(id.description))
            // Another call, so that the server has had time to see that the connection is closed.
            #expect(try await server.get("/healthz").status == 200)
            #expect(try await server.store.job(id)?.lease?.worker == "w")
        }
    }
}
