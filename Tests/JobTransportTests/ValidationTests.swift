import JobTransport
import Testing

@Suite struct ValidationTests {
    @Test(arguments: [
        ("X-A", "1\r\nX-Evil: 2"), ("X-A", "1\n"), ("X-A", "nul\u{0}"), ("X-A", "\u{7F}"), ("X A", "1"), ("", "1"),
        ("X-A:", "1"), ("X\r\nEvil", "1"), ("X-Ä", "1"), ("Transfer-Encoding", "chunked"), ("Content-Length", "9"),
    ])
    func `a header that could smuggle something is refused`(_ name: String, _ value: String) async {
        var request = HTTPRequest(method: .post, url: "http://example.org/", body: .text("12345"))
        request.headers.add(name, value)
        #expect(await transportError { try request.validate() }?.code == .invalidRequest)
    }

    @Test(arguments: ["X-A", "x!#$%&'*+-.^_`|~9"])
    func `an ordinary header is accepted`(_ name: String) throws {
        try HTTPRequest(url: "http://example.org/", headers: [name: "grüße,\t\"x\""]).validate()
    }

    @Test(arguments: ["", "GET /", "GE\r\nT", "GÉT", "CONNECT"])
    func `an unusable method is refused`(_ method: String) async {
        let request = HTTPRequest(method: HTTPMethod(rawValue: method), url: "http://example.org/")
        #expect(await transportError { try request.validate() }?.code == .invalidRequest)
    }

    @Test(arguments: [
        "", "example.org", "/path", "http://", "http://exa mple.org/", "http://x/\r\nHost: y", "http://x:99999/",
    ])
    func `an unusable URL is refused`(_ url: String) async {
        #expect(await transportError { try HTTPRequest(url: url).validate() }?.code == .invalidRequest)
    }

    @Test(arguments: ["ftp://example.org/", "file:///etc/passwd", "dict://example.org/"])
    func `another protocol is refused`(_ url: String) async {
        let code = await transportError { try HTTPRequest(url: url).validate() }?.code
        #expect(code == .unsupportedProtocol || code == .invalidRequest)
    }

    @Test func `a HEAD request with a body, and limits that make no sense, are refused`() async {
        var requests = [HTTPRequest(method: .head, url: "http://x/", body: .text("x"))]
        requests.append(HTTPRequest(url: "http://x/", timeouts: .init(total: .zero)))
        requests.append(HTTPRequest(url: "http://x/", timeouts: .init(idle: .seconds(-1))))
        requests.append(HTTPRequest(url: "http://x/", maximumResponseBytes: -1))
        var long = HTTPRequest(url: "http://x/")
        long.unixSocketPath = String(repeating: "a", count: 108)
        requests.append(long)
        for request in requests {
            #expect(await transportError { try request.validate() }?.code == .invalidRequest)
        }
    }

    @Test func `headers compare names without case and keep order`() {
        var headers: HTTPHeaders = ["A": "1", "b": "2", "a": "3"]
        #expect(headers["a"] == "1")
        #expect(headers.values(named: "A") == ["1", "3"])
        headers["A"] = "4"
        #expect(headers.map { "\($0.name)=\($0.value)" } == ["A=4", "b=2"])
        headers["B"] = nil
        headers["c"] = "5"
        #expect(headers.map(\.name) == ["A", "c"])
    }
}
