import JobTransport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct AddressPolicyTests {
    private func server(_ place: TestServer.Place = .ipv4) throws -> TestServer {
        try TestServer(place) { _, connection in try connection.respond(200, body: "x") }
    }

    @Test(arguments: ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"])
    func `a refused address is not connected to, however it is spelt`(_ host: String) async throws {
        let server = try server()
        let transport = try CurlTransport()
        var request = HTTPRequest(url: "http://\(host):\(server.port)/")
        request.addressPolicy = { !$0.isLoopback }
        let error = await transportError { _ = try await transport.send(request) }
        #expect(error?.code == .destinationRefused)
        #expect(error?.detail.contains("127.0.0.1") == true || error?.detail.contains("::1") == true)
        #expect(server.connections.value == 0)
        await transport.shutdown()
    }

    @Test func `a kept connection is checked again for each request`() async throws {
        let server = try server()
        let transport = try CurlTransport()
        var request = HTTPRequest(url: server.url)
        #expect(try await transport.send(request).text() == "x")
        request.addressPolicy = { _ in false }
        #expect(await transportError { _ = try await transport.send(request) }?.code == .destinationRefused)
        #expect(server.requests.value == 1)
        request.addressPolicy = { $0.isLoopback }
        #expect(try await transport.send(request).text() == "x")
        await transport.shutdown()
    }

    @Test func `the policy sees address and port`() async throws {
        let server = try server()
        let seen = Mutex<Set<String>>([])
        let transport = try CurlTransport()
        var request = HTTPRequest(url: server.url)
        request.addressPolicy = { address in
            seen.withLock { _ = $0.insert("\(address)") }
            return true
        }
        _ = try await transport.send(request).text()
        #expect(seen.withLock { $0 } == ["127.0.0.1:\(server.port)"])
        await transport.shutdown()
    }

    @Test func `IPv6 loopback is refused as loopback`() async throws {
        let server = try server(.ipv6)
        let transport = try CurlTransport()
        var request = HTTPRequest(url: server.url)
        #expect(try await transport.send(request).remoteAddress?.ip == "::1")
        request.addressPolicy = { !$0.isLoopback }
        #expect(await transportError { _ = try await transport.send(request) }?.code == .destinationRefused)
        await transport.shutdown()
    }

    @Test func `a literal address behind a proxy is checked too`() async throws {
        let proxy = try server()
        let transport = try CurlTransport()
        var request = HTTPRequest(url: "http://169.254.169.254/latest/meta-data/")
        request.proxy = .url(proxy.url)
        request.addressPolicy = { !$0.isLinkLocal }
        #expect(await transportError { _ = try await transport.send(request) }?.code == .destinationRefused)
        #expect(proxy.connections.value == 0)
        await transport.shutdown()
    }
}
