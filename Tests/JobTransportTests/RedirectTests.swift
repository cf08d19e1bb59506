import JobTransport
import Testing

@Suite struct RedirectTests {
    private static let base = "https://example.org/a/b/c?x=1"

    @Test(arguments: [
        ("https://other.org/z", "https://other.org/z"), ("//other.org/z", "https://other.org/z"),
        ("/z", "https://example.org/z"), ("z", "https://example.org/a/b/z"), ("../z", "https://example.org/a/z"),
        ("../../../../z", "https://example.org/z"), ("?y=2", "https://example.org/a/b/c?y=2"),
        ("./", "https://example.org/a/b/"), ("/a b", "https://example.org/a%20b"),
        ("http://example.org/", "http://example.org/"), ("https://example.org:8443/q", "https://example.org:8443/q"),
    ])
    func `a reference resolves against its base`(_ reference: String, _ expected: String) throws {
        #expect(try URLReference(Self.base).resolving(reference).string == expected)
    }

    @Test(arguments: [
        ("/z", true, false), ("https://example.org:443/z", true, false), ("https://EXAMPLE.org/z", true, false),
        ("https://example.org:444/z", false, false), ("http://example.org/z", false, true),
        ("https://evil.org/z", false, false), ("https://example.org.evil.org/", false, false),
    ])
    func `a redirect tells origin and downgrade`(_ location: String, _ isSame: Bool, _ isDowngrade: Bool) throws {
        let base = try URLReference(Self.base)
        let redirect = try Redirect(from: base, method: .get, status: 302, headers: ["location": location])
        #expect(redirect?.isSameOrigin == isSame)
        #expect(redirect?.isDowngrade == isDowngrade)
    }

    @Test(arguments: [
        (301, "POST", "GET", false), (302, "POST", "GET", false), (303, "POST", "GET", false),
        (303, "PUT", "GET", false),
        (303, "HEAD", "HEAD", true), (301, "PUT", "PUT", true), (307, "POST", "POST", true),
        (308, "POST", "POST", true),
    ])
    func `the method changes as RFC 9110 says`(_ status: Int, _ before: String, _ after: String, _ keeps: Bool) throws {
        let redirect = try Redirect(
            from: URLReference(Self.base), method: HTTPMethod(rawValue: before), status: status,
            headers: ["Location": "/z"])
        #expect(redirect?.method.rawValue == after)
        #expect(redirect?.keepsBody == keeps)
    }

    @Test(arguments: [200, 300, 304, 305, 400])
    func `other statuses are no redirects`(_ status: Int) throws {
        let base = try URLReference(Self.base)
        #expect(try Redirect(from: base, method: .get, status: status, headers: ["Location": "/z"]) == nil)
        #expect(try Redirect(from: base, method: .get, status: 302, headers: [:]) == nil)
    }

    @Test(arguments: ["ftp://example.org/", "file:///etc/passwd", "gopher://example.org/"])
    func `a redirect to another protocol is refused`(_ location: String) async throws {
        let base = try URLReference(Self.base)
        let error = await transportError {
            _ = try Redirect(from: base, method: .get, status: 302, headers: ["Location": location])
        }
        #expect(error?.code == .unsupportedProtocol || error?.code == .invalidRequest)
    }

    @Test func `a URL's parts are known and its secrets stay out of its description`() throws {
        let url = try URLReference("HTTP://User:Pass@Example.ORG:8080/p?key=v#f")
        #expect(url.scheme == "http")
        #expect(url.host == "example.org")
        #expect(url.port == 8080)
        #expect(url.path == "/p")
        #expect(url.query == "key=v")
        #expect(url.hasUserInfo)
        #expect(url.description == "http://example.org:8080/p")
        #expect(try URLReference("https://[::1]/").origin == "https://[::1]")
    }
}
