import JobTesting
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ScriptedTransportTests {
    @Test func `a script answers in any order, records bodies and is complete afterwards`() async throws {
        let transport = ScriptedTransport([
            .on(.get, "http://a/1", respond: 200, headers: ["X": "y"], body: "one"),
            .on(.post, "http://a/2", fail: TransportError(.connect, operation: "POST http://a", detail: "scripted")),
        ])
        #expect(throws: ScriptedTransport.Incomplete.self) { try transport.verifyComplete() }
        let post = HTTPRequest(method: .post, url: "http://a/2", body: .stream(AsyncStream(array: [[104], [105]])))
        #expect(await transportError { _ = try await transport.send(post) }?.code == .connect)
        let response = try await transport.send(HTTPRequest(url: "http://a/1"))
        #expect(try await response.text() == "one")
        #expect(transport.requests.map(\.text) == ["hi", ""])
        try transport.verifyComplete()
    }

    @Test func `an unexpected request fails, is recorded and spoils the script`() async throws {
        let transport = ScriptedTransport([.on(.get, "http://a/1", respond: 200)])
        _ = try await transport.send(HTTPRequest(url: "http://a/1"))
        await #expect(throws: ScriptedTransport.UnexpectedRequest.self) {
            try await transport.send(HTTPRequest(url: "http://a/1"))
        }
        #expect(transport.requests.count == 2)
        #expect(throws: ScriptedTransport.Incomplete.self) { try transport.verifyComplete() }
    }

    @Test func `a gate holds answers back, and cancelling ends the wait`() async throws {
        let gate = AnswerGate()
        let transport = ScriptedTransport([
            .on(.get, "http://a/1", respond: 200, gate: gate), .on(.get, "http://a/2", respond: 201, gate: gate),
        ])
        let first = Task { try await transport.send(HTTPRequest(url: "http://a/1")).status }
        let second = Task { try await transport.send(HTTPRequest(url: "http://a/2")).status }
        await gate.waitForArrivals(2)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        gate.open()
        #expect(try await second.value == 201)
    }

    @Test func `many tasks share a script`() async throws {
        let transport = ScriptedTransport((0..<200).map { .on(.get, "http://a/\($0)", respond: 200, body: "\($0)") })
        try await withThrowingTaskGroup { group in
            for index in 0..<200 {
                group.addTask {
                    let text = try await transport.send(HTTPRequest(url: "http://a/\(index)")).text()
                    #expect(text == "\(index)")
                }
            }
            try await group.waitForAll()
        }
        try transport.verifyComplete()
    }
}

extension AsyncStream where Element: Sendable {
    fileprivate init(array: [Element]) {
        self.init { continuation in
            for element in array { continuation.yield(element) }
            continuation.finish()
        }
    }
}
