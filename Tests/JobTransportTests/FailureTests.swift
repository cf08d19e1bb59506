import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct FailureTests {
    @Test func `a closed port is a transient connect error that names the origin only`() async throws {
        let server = try TestServer { _, _ in }
        let port = server.port
        server.stop()
        let transport = try CurlTransport()
        let url = "http://user:secret@127.0.0.1:\(port)/hook/token?key=hidden"
        let error = await transportError {
            _ = try await transport.send(HTTPRequest(url: url, headers: ["Authorization": "Bearer abc"]))
        }
        #expect(error?.code == .connect)
        #expect(error?.isTransient == true)
        let text = "\(try #require(error))"
        #expect(text.contains("GET http://127.0.0.1:\(port)"))
        for secret in ["user", "secret", "token", "hidden", "abc"] { #expect(!text.contains(secret), "\(text)") }
        await transport.shutdown()
    }

    @Test func `an unknown host is a name resolution error`() async throws {
        let transport = try CurlTransport()
        let error = await transportError {
            _ = try await transport.send(HTTPRequest(url: "http://nowhere.invalid/"))
        }
        #expect(error?.code == .nameResolution)
        await transport.shutdown()
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 garbage\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n"])
    func `an answer that is not HTTP is refused`(_ answer: String) async throws {
        let server = try TestServer { _, connection in
            try connection.write(answer)
            connection.isDone = true
        }
        let transport = try CurlTransport()
        let error = await transportError { _ = try await transport.send(HTTPRequest(url: server.url)) }
        #expect(error?.code == .invalidResponse)
        #expect(error?.isTransient == false)
        await transport.shutdown()
    }

    @Test func `a connection closed without answer is a transient error`() async throws {
        let server = try TestServer { _, connection in connection.isDone = true }
        let transport = try CurlTransport()
        let error = await transportError { _ = try await transport.send(HTTPRequest(url: server.url)) }
        #expect(error?.code == .closedEarly)
        #expect(error?.isTransient == true)
        await transport.shutdown()
    }

    @Test func `a connection reset is a transient error`() async throws {
        let server = try TestServer { _, connection in connection.reset() }
        let transport = try CurlTransport()
        let error = await transportError { _ = try await transport.send(HTTPRequest(url: server.url)) }
        #expect(error?.isTransient == true)
        await transport.shutdown()
    }

    @Test func `plain HTTP where TLS is expected is a TLS error`() async throws {
        let server = try TestServer { _, connection in connection.isDone = true }
        let bare = try TestServer(greeting: "HTTP/1.1 400 Bad Request\r\n\r\n")
        let transport = try CurlTransport()
        let url = bare.url.replacing("http:", with: "https:")
        let error = await transportError { _ = try await transport.send(HTTPRequest(url: url)) }
        #expect(error?.code == .tls)
        await transport.shutdown()
        server.stop()
    }

    @Test func `the library describes itself`() {
        #expect(CurlTransport.libraryDescription.hasPrefix("libcurl "))
        #expect(CurlTransport.libraryDescription.contains("HTTP/2"))
    }
}
