import JobCore
import JobExecutors
import JobTransport
import Testing

/// HTTP steps over real sockets.
@Suite(.timeLimit(.minutes(1))) struct HTTPWireTests {
    private let recorder = ProgressRecorder()

    private func with<Value>(
        _ options: HTTPExecutor.Options = .init(),
        _ answer: @escaping @Sendable (StubServer.Request) -> StubServer.Answer,
        _ body: (HTTPExecutor, StubServer) async throws -> Value
    ) async throws -> Value {
        let server = try StubServer(answer)
        let transport = try CurlTransport()
        let result: Result<Value, any Error>
        do { result = .success(try await body(HTTPExecutor(transport: transport, options: options), server)) } catch {
            result = .failure(error)
        }
        await transport.shutdown()
        return try result.get()
    }

    @Test func `a request and its JSON answer make the round trip`() async throws {
        try await with { request in
            .init(
                status: 201, fields: [("Content-Type", "application/json"), ("Set-Cookie", "s")],
                body: Array(request.body.utf8))
        } _: { executor, server in
            let action = HTTPAction(method: "PUT", url: "\(server.url)/a?b=c", body: .json(["x": 1]))
            let output = try await executor.run(.test(.http(action)), reporting: recorder.report)
            #expect(output.status == 201)
            #expect(output.json == ["x": 1])
            #expect(output.headers?["set-cookie"] == "[redacted]")
            let seen = try #require(server.requests.first)
            #expect(seen.method == "PUT")
            #expect(seen.target == "/a?b=c")
            #expect(seen.fields["content-type"] == "application/json")
            #expect(seen.fields["user-agent"] == "JobKit")
            #expect(seen.fields["idempotency-key"] == "01900000-0000-7000-8000-000000000001/2")
            #expect(recorder.notes == ["PUT \(server.url)/a", "Succeeded: 201"])
        }
    }

    @Test func `the idempotency key is the same for all attempts, the attempt id is not`() async throws {
        try await with { _ in
            .init(status: 503, fields: [("Retry-After", "2")])
        } _: { executor, server in
            for attempt in 1...2 {
                let failure = try await executor.failure(
                    of: .test(.http(HTTPAction(method: "POST", url: server.url)), attempt: attempt))
                #expect(failure.retryAfter == .seconds(2))
            }
            #expect(Set(server.requests.map { $0.fields["idempotency-key"] }).count == 1)
            #expect(Set(server.requests.map { $0.fields["job-attempt-id"] }).count == 2)
        }
    }

    @Test func `redirects are followed with method and body`() async throws {
        try await with { request in
            request.target == "/end"
                ? .init(body: Array(request.body.utf8)) : .init(status: 302, fields: [("Location", "end")])
        } _: { executor, server in
            let action = HTTPAction(method: "POST", url: "\(server.url)/start", body: .text("payload"))
            let output = try await executor.run(.test(.http(action)), reporting: recorder.report)
            #expect(output.body == "payload")
            #expect(server.requests.map(\.method) == ["POST", "POST"])
        }
    }

    @Test func `a name that resolves to a forbidden address is refused before anything is sent`() async throws {
        var policy = DestinationPolicy()
        policy.allowsLoopback = false
        try await with(.init(destinations: policy)) { _ in
            .init()
        } _: { executor, server in
            for host in ["localhost", "127.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]"] {
                let failure = try await executor.failure(
                    of: .test(.http(HTTPAction(url: "http://\(host):\(server.port)/"))))
                #expect(failure.code == .notPermitted, "\(host): \(failure)")
                #expect(!failure.isRetryable)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a redirect to a metadata service is refused`() async throws {
        try await with { _ in
            .init(status: 302, fields: [("Location", "http://169.254.169.254/latest/meta-data/")])
        } _: { executor, server in
            let failure = try await executor.failure(of: .test(.http(HTTPAction(url: server.url))))
            #expect(failure.code == .notPermitted)
        }
    }

    @Test func `an answer that takes longer than the step's limit is a timeout that may be retried`() async throws {
        try await with { _ in
            .init(hangs: true)
        } _: { executor, server in
            var step = StepInvocation.test(.http(HTTPAction(url: server.url)))
            step.timeout = .milliseconds(200)
            let failure = try await executor.failure(of: step)
            #expect(failure.code == .timeout)
            #expect(failure.isRetryable)
        }
    }

    @Test func `a silent server is left after the idle limit`() async throws {
        try await with(.init(idleTimeout: .milliseconds(200))) { _ in
            .init(hangs: true)
        } _: { executor, server in
            let failure = try await executor.failure(of: .test(.http(HTTPAction(url: server.url))))
            #expect(failure.code == .timeout)
        }
    }

    @Test func `a server that is not there may be tried again`() async throws {
        let port = try StubServer { _ in .init() }.port
        try await with { _ in
            .init()
        } _: { executor, _ in
            let failure = try await executor.failure(of: .test(.http(HTTPAction(url: "http://127.0.0.1:\(port)/"))))
            #expect(failure.code == .unavailable)
            #expect(failure.isRetryable)
        }
    }

    @Test func `a connection that breaks off in the body may be tried again`() async throws {
        try await with { _ in
            .init(body: Array(repeating: 0x61, count: 1_000), cutAfter: 10)
        } _: { executor, server in
            let failure = try await executor.failure(of: .test(.http(HTTPAction(url: server.url))))
            #expect(failure.code == .unavailable)
            #expect(failure.isRetryable)
        }
    }

    @Test func `a large body is cut and the step succeeds`() async throws {
        try await with { _ in
            .init(body: Array(repeating: 0x61, count: 5 << 20))
        } _: { executor, server in
            let output = try await executor.run(.test(.http(HTTPAction(url: server.url))), reporting: recorder.report)
            #expect(output.body?.utf8.count == 1 << 20)
            #expect(output.isTruncated)
        }
    }

    @Test func `cancelling closes the connection`() async throws {
        try await with { _ in
            .init(hangs: true)
        } _: { executor, server in
            let run = Task {
                try await executor.run(.test(.http(HTTPAction(url: server.url))), reporting: recorder.report)
            }
            while server.requests.isEmpty { await Task.yield() }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
        }
    }
}
