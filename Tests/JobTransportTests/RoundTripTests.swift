import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct RoundTripTests {
    /// Answers with what it was asked: method, target, chosen headers and body.
    private func echo() throws -> TestServer {
        try TestServer { request, connection in
            let body = String(decoding: try connection.readBody(request), as: UTF8.self)
            let fields = request.fields.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
            try connection.respond(
                200, ["X-Target: \(request.target)", "X-Method: \(request.method)", "X-Fields: \(fields)"], body: body)
        }
    }

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "BAN"] as [HTTPMethod])
    func `every method reaches the server with its body`(_ method: HTTPMethod) async throws {
        let server = try echo()
        let transport = try CurlTransport()
        let request = HTTPRequest(method: method, url: server.url + "/a/../b?q=1", body: .text("hello"))
        let response = try await transport.send(request)
        #expect(response.status == 200)
        #expect(response.headers["x-method"] == method.rawValue)
        #expect(response.headers["X-TARGET"] == "/a/../b?q=1")
        #expect(try await response.text() == "hello")
        await transport.shutdown()
    }

    @Test(arguments: ["GET", "DELETE", "POST"] as [HTTPMethod])
    func `a request without body says so only where a body is expected`(_ method: HTTPMethod) async throws {
        let server = try TestServer { request, connection in
            try connection.respond(200, body: request["Content-Length"] ?? "none")
        }
        let transport = try CurlTransport()
        let text = try await transport.send(HTTPRequest(method: method, url: server.url)).text()
        #expect(text == (method == .post ? "0" : "none"))
        await transport.shutdown()
    }

    @Test func `HEAD has headers and no body`() async throws {
        let server = try TestServer { request, connection in
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nX-Method: \(request.method)\r\n\r\n")
        }
        let transport = try CurlTransport()
        var request = HTTPRequest(method: .head, url: server.url)
        request.maximumResponseBytes = 10
        let response = try await transport.send(request)
        #expect(response.headers["Content-Length"] == "1000")
        #expect(response.headers["X-Method"] == "HEAD")
        #expect(try await response.text() == "")
        await transport.shutdown()
    }

    @Test func `headers keep order, repetition and emptiness, and nothing is added unasked`() async throws {
        let server = try echo()
        let transport = try CurlTransport(options: .init(userAgent: nil))
        let headers: HTTPHeaders = ["X-A": "1", "x-b": "", "X-A": "2", "Accept": "text/plain"]
        let request = HTTPRequest(method: .post, url: server.url, headers: headers, body: .text("x"))
        let fields = try await transport.send(request).headers["X-Fields"]
        let host = server.url.dropFirst(7)
        #expect(fields == "Host=\(host)|X-A=1|x-b=|X-A=2|Accept=text/plain|Content-Length=1")
        await transport.shutdown()
    }

    @Test func `a large body in memory arrives whole`() async throws {
        let server = try TestServer { request, connection in
            var sum = 0
            try connection.readBody(request) { part in sum += part.reduce(0) { $0 + Int($1) } }
            try connection.respond(
                200, body: "\(request["Content-Length"] ?? "") \(sum) \(request["Expect"] ?? "none")")
        }
        let transport = try CurlTransport()
        let body = [UInt8](repeating: 3, count: 5_000_000)
        let text = try await transport.send(HTTPRequest(method: .put, url: server.url, body: .bytes(body))).text()
        #expect(text == "5000000 15000000 none")
        await transport.shutdown()
    }

    @Test func `interim responses are seen and the final one is returned`() async throws {
        let server = try TestServer { _, connection in
            try connection.write("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
            try connection.respond(201, ["X-Final: yes"], body: "done")
        }
        let transport = try CurlTransport()
        let response = try await transport.send(HTTPRequest(url: server.url))
        #expect(response.status == 201)
        #expect(response.informational == [102, 103])
        #expect(!response.headers.contains("Link"))
        #expect(try await response.text() == "done")
        await transport.shutdown()
    }

    @Test func `a redirect is a response and is not followed`() async throws {
        let server = try TestServer { _, connection in try connection.respond(302, ["Location: /next"]) }
        let transport = try CurlTransport()
        let response = try await transport.send(HTTPRequest(url: server.url))
        #expect(response.status == 302)
        #expect(response.headers["Location"] == "/next")
        #expect(server.requests.value == 1)
        await transport.shutdown()
    }

    @Test func `the response tells version, address and timings`() async throws {
        let server = try echo()
        let transport = try CurlTransport()
        let response = try await transport.send(HTTPRequest(url: server.url))
        #expect(response.version == .http1_1)
        #expect(response.remoteAddress?.description == "127.0.0.1:\(server.port)")
        #expect(response.timings.connect > .zero)
        #expect(response.timings.firstByte >= response.timings.connect)
        #expect(response.timings.tls == nil)
        await transport.shutdown()
    }

    @Test func `a Unix-domain socket is connected to instead of the host`() async throws {
        let path = "/tmp/jobkit-\(Int.random(in: 0..<Int.max)).sock"
        let server = try TestServer(.unix(path)) { request, connection in
            try connection.respond(200, body: "\(request["Host"] ?? "") \(request.path)")
        }
        let transport = try CurlTransport()
        var request = HTTPRequest(url: "http://docker/v1.41/info")
        request.unixSocketPath = path
        request.addressPolicy = { _ in false }
        let response = try await transport.send(request)
        #expect(try await response.text() == "docker /v1.41/info")
        #expect(response.remoteAddress == nil)
        await transport.shutdown()
        server.stop()
        removeFile(path)
    }

    @Test func `userinfo in the URL becomes Basic authentication`() async throws {
        let server = try TestServer { request, connection in
            try connection.respond(200, body: request["Authorization"] ?? "none")
        }
        let transport = try CurlTransport()
        let url = "http://user:pass@127.0.0.1:\(server.port)/"
        #expect(try await transport.send(HTTPRequest(url: url)).text() == "Basic dXNlcjpwYXNz")
        await transport.shutdown()
    }

    @Test func `the environment's proxy is used only when asked`() async {
        // In a process of its own: the environment belongs to all tests, and to the programs that they start.
        await #expect(processExitsWith: .success) {
            let server = try TestServer { _, connection in try connection.respond(200, body: "here") }
            setEnvironment("http_proxy", "http://127.0.0.1:1")
            let transport = try CurlTransport()
            #expect(try await transport.send(HTTPRequest(url: server.url)).status == 200)
            var request = HTTPRequest(url: server.url)
            request.proxy = .environment
            let error = await transportError { _ = try await transport.send(request) }
            #expect(error?.code == .connect)
            await transport.shutdown()
        }
    }

    @Test func `an explicit proxy gets the absolute target`() async throws {
        let proxy = try TestServer { request, connection in try connection.respond(200, body: request.target) }
        let transport = try CurlTransport()
        var request = HTTPRequest(url: "http://nowhere.invalid/x")
        request.proxy = .url(proxy.url)
        #expect(try await transport.send(request).text() == "http://nowhere.invalid/x")
        await transport.shutdown()
    }

    @Test func `content is decoded only when asked`() async throws {
        // "hello" as a gzip stream with one stored block.
        let gzip: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 1, 5, 0, 0xFA, 0xFF, 0x68, 0x65, 0x6C, 0x6C, 0x6F, 0x86, 0xA6, 0x10,
            0x36, 5, 0, 0, 0,
        ]
        let server = try TestServer { request, connection in
            try connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(gzip.count)\r\n")
            try connection.write("X-Accept: \(request["Accept-Encoding"] ?? "none")\r\n\r\n")
            try connection.write(gzip)
        }
        let transport = try CurlTransport()
        var request = HTTPRequest(url: server.url)
        let plain = try await transport.send(request)
        #expect(plain.headers["X-Accept"] == "none")
        #expect(try await plain.body.collect(upTo: 100) == gzip)
        request.decodesContent = true
        #expect(try await transport.send(request).text() == "hello")
        await transport.shutdown()
    }
}
