import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct LifetimeTests {
    /// Says nothing; tells when a request has come and when its client has gone.
    private func silent(arrived: Gate = Gate(), gone: Gate = Gate()) throws -> TestServer {
        try TestServer { _, connection in
            arrived.open()
            connection.waitForClose()
            gone.open()
        }
    }

    @Test func `cancelling the task ends the exchange on the wire`() async throws {
        let (arrived, gone) = (Gate(), Gate())
        let server = try silent(arrived: arrived, gone: gone)
        let transport = try CurlTransport()
        let task = Task { try await transport.send(HTTPRequest(url: server.url)) }
        await arrived.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await gone.wait()
        await transport.shutdown()
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        let server = try silent()
        let transport = try CurlTransport()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await transport.send(HTTPRequest(url: server.url))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(server.connections.value == 0)
        await transport.shutdown()
    }

    @Test func `cancelling the reader ends the exchange on the wire`() async throws {
        let (half, gone) = (Gate(), Gate())
        let server = try TestServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
            connection.waitForClose()
            gone.open()
        }
        let transport = try CurlTransport()
        let response = try await transport.send(HTTPRequest(url: server.url))
        let task = Task {
            for try await _ in response.body { half.open() }
        }
        await half.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await gone.wait()
        await transport.shutdown()
    }

    @Test func `letting go of the body ends the exchange on the wire`() async throws {
        let gone = Gate()
        let server = try TestServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
            connection.waitForClose()
            gone.open()
        }
        let transport = try CurlTransport()
        #expect(try await transport.send(HTTPRequest(url: server.url)).status == 200)
        await gone.wait()
        await transport.shutdown()
    }

    @Test func `shutting down fails what is in flight, what is being read and what comes later`() async throws {
        let arrived = Gate()
        let server = try TestServer { request, connection in
            if request.path == "/body" {
                try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
            } else {
                arrived.open()
            }
            connection.waitForClose()
        }
        let transport = try CurlTransport()
        let response = try await transport.send(HTTPRequest(url: server.url + "/body"))
        async let waiting = transportError { _ = try await transport.send(HTTPRequest(url: server.url + "/wait")) }
        await arrived.wait()
        await transport.shutdown()
        #expect(await waiting?.code == .shutDown)
        #expect(await transportError { _ = try await response.text() }?.code == .shutDown)
        let later = await transportError { _ = try await transport.send(HTTPRequest(url: server.url)) }
        #expect(later?.code == .shutDown)
        await transport.shutdown()
    }

    @Test func `a transport that is let go finishes the body being read and ends its connections`() async throws {
        let (released, gone) = (Gate(), Gate())
        let server = try TestServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
            released.block()
            try connection.write("done")
            connection.waitForClose()
            gone.open()
        }
        func request() async throws -> HTTPResponse {
            try await CurlTransport().send(HTTPRequest(url: server.url))
        }
        let response = try await request()
        released.open()
        #expect(try await response.text() == "done")
        // The connection is kept for reuse until the event loop ends.
        await gone.wait()
    }
}
