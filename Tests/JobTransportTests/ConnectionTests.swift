import JobTransport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ConnectionTests {
    @Test func `requests one after the other share a connection`() async throws {
        let server = try TestServer { _, connection in try connection.respond(200, body: "x") }
        let transport = try CurlTransport()
        for _ in 0..<20 { _ = try await transport.send(HTTPRequest(url: server.url)).text() }
        #expect(server.connections.value == 1)
        var request = HTTPRequest(url: server.url)
        request.reusesConnection = false
        _ = try await transport.send(request).text()
        #expect(server.connections.value == 2)
        await transport.shutdown()
    }

    @Test func `a kept connection that the server has closed is replaced`() async throws {
        let server = try TestServer { _, connection in
            try connection.respond(200, body: "x")
            connection.isDone = true
        }
        let transport = try CurlTransport()
        for _ in 0..<5 {
            let request = HTTPRequest(method: .post, url: server.url, body: .text("data"))
            #expect(try await transport.send(request).text() == "x")
        }
        #expect(server.connections.value == 5)
        await transport.shutdown()
    }

    @Test func `a thousand requests run at the same time`() async throws {
        raiseDescriptorLimit()
        let count = 1000
        let arrived = Counter()
        let everyone = Gate()
        let server = try TestServer { request, connection in
            if arrived.add() == count { everyone.open() }
            everyone.block()
            try connection.respond(200, body: request.path)
        }
        let transport = try CurlTransport(options: .init(maximumConcurrentPerOrigin: count))
        let correct = try await withThrowingTaskGroup { group in
            for index in 0..<count {
                group.addTask {
                    try await transport.send(HTTPRequest(url: "\(server.url)/\(index)")).text() == "/\(index)"
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(correct == count)
        await transport.shutdown()
    }

    @Test func `requests above the limit wait in line and all are served`() async throws {
        let running = Counter()
        let most = Counter()
        let server = try TestServer { request, connection in
            if running.add() > 4 { most.add() }
            // Counted off before the answer, or the next request could overtake it.
            running.add(-1)
            try connection.respond(200, body: request.path)
        }
        let transport = try CurlTransport(options: .init(maximumConcurrentPerOrigin: 4))
        try await withThrowingTaskGroup { group in
            for index in 0..<3000 {
                group.addTask {
                    let text = try await transport.send(HTTPRequest(url: "\(server.url)/\(index)")).text()
                    #expect(text == "/\(index)")
                }
            }
            try await group.waitForAll()
        }
        #expect(most.value == 0)
        #expect(server.connections.value <= 4)
        await transport.shutdown()
    }

    @Test func `cancelled requests in line do not block those behind them`() async throws {
        let arrived = Gate()
        let release = Gate()
        let server = try TestServer { request, connection in
            if request.path == "/first" {
                arrived.open()
                release.block()
            }
            try connection.respond(200, body: request.path)
        }
        let transport = try CurlTransport(options: .init(maximumConcurrentPerOrigin: 1))
        async let first = transport.send(HTTPRequest(url: server.url + "/first")).text()
        await arrived.wait()
        let cancelled = (0..<100).map { _ in
            Task { _ = try await transport.send(HTTPRequest(url: server.url + "/cancelled")) }
        }
        for task in cancelled { task.cancel() }
        for task in cancelled { await #expect(throws: CancellationError.self) { try await task.value } }
        async let last = transport.send(HTTPRequest(url: server.url + "/last")).text()
        release.open()
        #expect(try await first == "/first")
        #expect(try await last == "/last")
        #expect(server.requests.value == 2)
        await transport.shutdown()
    }

    @Test func `cancelling some requests does not disturb the others`() async throws {
        let server = try TestServer { request, connection in
            try connection.respond(200, ["X-Path: \(request.path)"], body: request.path)
        }
        let transport = try CurlTransport(options: .init(maximumConcurrentPerOrigin: 8))
        let tasks = (0..<900).map { index in
            Task { try await transport.send(HTTPRequest(url: "\(server.url)/\(index)")).text() }
        }
        for index in stride(from: 0, to: 900, by: 3) { tasks[index].cancel() }
        for (index, task) in tasks.enumerated() {
            let result = await task.result
            // A cancelled one may have been quicker; the others must have their own answer.
            if index % 3 != 0 || (try? result.get()) != nil { #expect(try result.get() == "/\(index)") }
        }
        await transport.shutdown()
    }
}
