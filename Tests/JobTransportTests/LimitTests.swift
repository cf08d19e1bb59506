import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct LimitTests {
    /// Says nothing until the client goes away.
    private func silent() throws -> TestServer {
        try TestServer { _, connection in connection.waitForClose() }
    }

    @Test func `a server that never answers runs into the total timeout`() async throws {
        let server = try silent()
        let transport = try CurlTransport()
        let timeouts = HTTPTimeouts(total: .milliseconds(150))
        let error = await transportError {
            _ = try await transport.send(HTTPRequest(url: server.url, timeouts: timeouts))
        }
        #expect(error?.code == .timeout)
        #expect(error?.isTransient == true)
        await transport.shutdown()
    }

    @Test func `a server that never answers runs into the idle timeout`() async throws {
        let server = try silent()
        let transport = try CurlTransport()
        let timeouts = HTTPTimeouts(idle: .milliseconds(150))
        let error = await transportError {
            _ = try await transport.send(HTTPRequest(url: server.url, timeouts: timeouts))
        }
        #expect(error?.code == .idleTimeout)
        await transport.shutdown()
    }

    @Test(arguments: [false, true])
    func `a body that stops arriving runs into its timeout`(_ isIdle: Bool) async throws {
        let server = try TestServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
            connection.waitForClose()
        }
        let transport = try CurlTransport()
        let limit = Duration.milliseconds(200)
        let timeouts = isIdle ? HTTPTimeouts(idle: limit) : HTTPTimeouts(total: limit)
        let response = try await transport.send(HTTPRequest(url: server.url, timeouts: timeouts))
        let error = await transportError { _ = try await response.text() }
        #expect(error?.code == (isIdle ? .idleTimeout : .timeout))
        await transport.shutdown()
    }

    @Test func `bytes that keep coming hold the idle timeout off`() async throws {
        let server = try TestServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
            for _ in 0..<8 {
                _ = connection.isReadable(withinMilliseconds: 100)
                try connection.write("x")
            }
        }
        let transport = try CurlTransport()
        let timeouts = HTTPTimeouts(idle: .milliseconds(500))
        let response = try await transport.send(HTTPRequest(url: server.url, timeouts: timeouts))
        #expect(try await response.text() == "xxxxxxxx")
        await transport.shutdown()
    }

    @Test func `a server that accepts nothing runs into the connect timeout`() async throws {
        // A TLS handshake that nobody answers counts as connecting.
        let server = try TestServer { _, connection in connection.waitForClose() }
        let transport = try CurlTransport()
        let url = server.url.replacing("http:", with: "https:")
        let timeouts = HTTPTimeouts(connect: .milliseconds(150))
        let error = await transportError { _ = try await transport.send(HTTPRequest(url: url, timeouts: timeouts)) }
        #expect(error?.code == .connectTimeout)
        await transport.shutdown()
    }

    @Test func `the total timeout also counts in the queue`() async throws {
        let server = try silent()
        let transport = try CurlTransport(options: .init(maximumConcurrentPerOrigin: 1))
        async let first = transportError { _ = try await transport.send(HTTPRequest(url: server.url)) }
        let timeouts = HTTPTimeouts(total: .milliseconds(100))
        let second = await transportError {
            _ = try await transport.send(HTTPRequest(url: server.url, timeouts: timeouts))
        }
        #expect(second?.code == .timeout)
        await transport.shutdown()
        #expect(await first?.code == .shutDown)
    }

    @Test func `a body announced as too long fails at once`() async throws {
        let server = try TestServer { _, connection in try connection.respond(200, body: "12345") }
        let transport = try CurlTransport()
        let error = await transportError {
            _ = try await transport.send(HTTPRequest(url: server.url, maximumResponseBytes: 4))
        }
        #expect(error?.code == .tooManyBytes)
        #expect(try await transport.send(HTTPRequest(url: server.url, maximumResponseBytes: 5)).text() == "12345")
        await transport.shutdown()
    }

    @Test func `a body that turns out too long fails while it is read`() async throws {
        let server = try TestServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while true { try connection.writeChunk([UInt8](repeating: 0, count: 1000)) }
        }
        let transport = try CurlTransport()
        let error = await transportError {
            _ = try await transport.send(HTTPRequest(url: server.url, maximumResponseBytes: 100_000)).text()
        }
        #expect(error?.code == .tooManyBytes)
        await transport.shutdown()
    }

    @Test func `collecting stops at its own limit`() async throws {
        let server = try TestServer { _, connection in try connection.respond(200, body: "12345") }
        let transport = try CurlTransport()
        let response = try await transport.send(HTTPRequest(url: server.url))
        let error = await transportError { _ = try await response.body.collect(upTo: 4) }
        #expect(error?.code == .tooManyBytes)
        await transport.shutdown()
    }

    @Test func `endless headers are refused`() async throws {
        let server = try TestServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\n")
            while true { try connection.write("X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n") }
        }
        let transport = try CurlTransport()
        var request = HTTPRequest(url: server.url)
        request.maximumHeaderBytes = 10_000
        let error = await transportError { _ = try await transport.send(request) }
        #expect(error?.code == .headersTooLarge)
        await transport.shutdown()
    }

    @Test func `endless interim responses are refused`() async throws {
        let server = try TestServer { _, connection in
            while true { try connection.write("HTTP/1.1 102 Processing\r\n\r\n") }
        }
        let transport = try CurlTransport()
        let error = await transportError { _ = try await transport.send(HTTPRequest(url: server.url)) }
        #expect(error?.code == .headersTooLarge)
        await transport.shutdown()
    }
}
