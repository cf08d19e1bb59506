import JobTransport
import Testing

@Suite(
    .serialized, .timeLimit(.minutes(1)),
    .enabled(if: NginxServer.isInstalled || NginxServer.isRequired, "nginx is not installed"))
struct HTTP2Tests {
    let nginx: NginxServer
    let transport: CurlTransport

    init() throws {
        nginx = try NginxServer()
        transport = try CurlTransport()
    }

    private func request(_ path: String, port: Int? = nil) -> HTTPRequest {
        var request = HTTPRequest(url: "https://localhost:\(port ?? nginx.http2Port)\(path)")
        request.tls = TLSOptions(authorityFile: nginx.certificate)
        return request
    }

    @Test func `TLS negotiates HTTP/2 and many requests share one connection`() async throws {
        let (transport, request) = (transport, request("/connection"))
        let connections = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<90 {
                group.addTask {
                    let response = try await transport.send(request)
                    #expect(response.version == .http2)
                    return try await response.text()
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(connections.count == 1)
        await transport.shutdown()
    }

    @Test func `a server without HTTP/2 is spoken to in HTTP/1.1, also by many at once`() async throws {
        let (transport, request) = (transport, request("/", port: nginx.http1Port))
        try await withThrowingTaskGroup { group in
            for _ in 0..<60 {
                group.addTask {
                    let response = try await transport.send(request)
                    #expect(response.version == .http1_1)
                    _ = try await response.text()
                }
            }
            try await group.waitForAll()
        }
        await transport.shutdown()
    }

    @Test func `HTTP/1.1 can be insisted on`() async throws {
        var request = request("/connection")
        request.version = .http1
        #expect(try await transport.send(request).version == .http1_1)
        await transport.shutdown()
    }

    @Test func `HTTP/2 without TLS works with prior knowledge`() async throws {
        var request = HTTPRequest(url: "http://127.0.0.1:\(nginx.plainHTTP2Port)/")
        request.version = .http2PriorKnowledge
        let response = try await transport.send(request)
        #expect(response.version == .http2)
        #expect(try await response.text() == "HTTP/2.0")
        await transport.shutdown()
    }

    @Test func `an unknown authority is a TLS error that is not transient`() async throws {
        var request = request("/connection")
        request.tls = TLSOptions()
        let error = await transportError { _ = try await transport.send(request) }
        #expect(error?.code == .tls)
        #expect(error?.isTransient == false)
        await transport.shutdown()
    }

    @Test func `a certificate for another name is a TLS error`() async throws {
        var request = request("/connection")
        request.url = request.url.replacing("localhost", with: "127.0.0.2")
        let error = await transportError { _ = try await transport.send(request) }
        #expect(error?.code == .tls || error?.code == .connect)
        await transport.shutdown()
    }

    @Test func `a large body arrives over HTTP/2, also with a reader that pauses`() async throws {
        let first = try await transport.send(request("/large.bin"))
        let second = try await transport.send(request("/large.bin"))
        var reader = first.body.makeAsyncIterator()
        var received = try await reader.next()?.count ?? 0
        #expect(try await second.body.collect(upTo: 1 << 24).count == 1 << 23)
        while let chunk = try await reader.next() { received += chunk.count }
        #expect(received == 1 << 23)
        await transport.shutdown()
    }

    @Test func `the policy is asked for requests that share an HTTP/2 connection`() async throws {
        var request = request("/connection")
        _ = try await transport.send(request).text()
        request.addressPolicy = { !$0.isLoopback }
        #expect(await transportError { _ = try await transport.send(request) }?.code == .destinationRefused)
        request.addressPolicy = nil
        #expect(try await transport.send(request).status == 200)
        await transport.shutdown()
    }

    @Test func `TLS 1.3 can be insisted on and the handshake is timed`() async throws {
        var request = request("/tls")
        request.tls.minimumVersion = .tls13
        let response = try await transport.send(request)
        #expect(response.timings.tls ?? .zero > .zero)
        #expect(try await response.text() == "TLSv1.3")
        await transport.shutdown()
    }
}
