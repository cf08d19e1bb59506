import JobCore
import JobHTTP
import JobTransport
import Testing

/// Requests that nobody honest sends: each gets the right refusal, and the server lives on.
@Suite(.timeLimit(.minutes(2))) struct HostileInputTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        let request: String
        let statuses: Set<Int>
        var testDescription: String { name }

        init(_ name: String, _ request: String, _ statuses: Set<Int>) {
            self.name = name
            self.request = request
            self.statuses = statuses
        }

        static func post(_ name: String, _ body: String, _ statuses: Set<Int>) -> Attack {
            Attack(
                name,
                "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)", statuses)
        }

        static func get(_ name: String, _ path: String, _ statuses: Set<Int>) -> Attack {
            Attack(name, "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", statuses)
        }
    }

    static let id = "00000000-0000-7000-8000-000000000000"

    static let attacks: [Attack] = [
        .post("no JSON", "{", [400]), .post("empty body", "", [400]), .post("no list", "[]", [400]),
        .post("a number", "1e999", [400]), .post("trailing text", "{} {}", [400]),
        .post("deep nesting", String(repeating: "[", count: 100_000), [400]),
        .post("deep objects", String(repeating: #"{"a":"#, count: 50_000), [400]),
        .post("twice the same name", #"{"name": "a", "name": "b", "steps": []}"#, [400]),
        .post("a huge number", #"{"name": "a", "steps": [], "priority": 99999999999999999999999999}"#, [422]),
        .post("a huge exponent", #"{"name": "a", "steps": [], "timeout": 1e308}"#, [422]),
        .post("control characters", "{\"name\": \"a\u{1}\", \"steps\": []}", [400]),
        .post("escaped NUL", #"{"name": "a\u0000", "steps": []}"#, [422]),
        .post("half a surrogate", #"{"name": "\ud800", "steps": []}"#, [400]),
        .post("reserved queue", #"{"name": "a", "steps": [], "queue": "callbacks"}"#, [422]),
        .post(
            "a callback step",
            #"{"name": "a", "steps": [{"name": "s", "handler": {"name": "callback", "input": {}}}]}"#, [422]),
        .post("script traversal", #"{"name": "a", "steps": [{"name": "s", "script": {"directory": "../x"}}]}"#, [422]),
        .post("no jobs", #"{"jobs": []}"#, [400]), .post("a list of lists", "[[]]", [422]),
        .post("an id of one's own", #"{"id": "x", "name": "a", "steps": []}"#, [422]),
        Attack(
            "another type",
            "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/html\r\n"
                + "Content-Length: 2\r\n\r\n{}", [415]),
        Attack(
            "a long body that is announced",
            "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{",
            [413]),
        Attack(
            "a long body in chunks",
            "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + String(repeating: "10000\r\n\(String(repeating: " ", count: 65_536))\r\n", count: 20), [413]),
        Attack(
            "two lengths",
            "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", [400]),
        Attack(
            "a length and chunks",
            "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            [400]),
        Attack("a negative length", "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", [400]),
        Attack("an invalid method", "G@T /v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n", [400]),
        Attack("a path without a slash", "GET v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n", [400]),
        Attack("another version", "GET /v1/jobs HTTP/7.1\r\nHost: x\r\n\r\n", [400]),
        Attack(
            "a chunk of no length",
            "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", [400]),
        Attack("no HTTP", "hello there\r\n\r\n", [400]), Attack("a TLS greeting", "\u{16}\u{3}\u{1}\r\n\r\n", [400]),
        Attack("a space in a field's name", "GET /healthz HTTP/1.1\r\nHo st: x\r\n\r\n", [400]),
        Attack(
            "long header fields",
            "GET /healthz HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "a", count: 100_000))\r\n\r\n", [400, 431]),
        Attack(
            "many header fields",
            "GET /healthz HTTP/1.1\r\nHost: x\r\n\(String(repeating: "X: a\r\n", count: 5_000))\r\n", [400, 431]),
        Attack(
            "a long path", "GET /\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\nHost: x\r\n\r\n",
            [400, 414, 431]),
        .get("an unknown path", "/v2/jobs", [404]), .get("dots", "/v1/jobs/../../etc/passwd", [404]),
        .get("escaped dots", "/v1/jobs/%2e%2e%2f%2e%2e%2fetc", [404]), .get("a broken escape", "/v1/jobs/%zz", [404]),
        .get("an escaped NUL", "/v1/jobs/%00", [404]), .get("bytes that are no UTF-8", "/v1/jobs/%ff%fe", [404]),
        .get("an id that is none", "/v1/jobs/1%20or%201=1", [404]),
        .get("a wrong status", "/v1/jobs?status=none", [400]), .get("a wrong limit", "/v1/jobs?limit=-1", [400]),
        .get("a huge limit", "/v1/jobs?limit=99999999999999999999", [400]),
        .get("an unknown parameter", "/v1/jobs?admin=true", [400]),
        .get("a wrong time", "/v1/jobs?from=yesterday", [400]), .get("a wrong tag", "/v1/jobs?tag=a", [400]),
        .get("a query that is no UTF-8", "/v1/jobs?name=%ff", [400]),
        .get("a forged cursor", "/v1/jobs?cursor=AAAA", [400]),
        .get("a long cursor", "/v1/jobs?cursor=\(String(repeating: "A", count: 1_000))", [400]),
        .get("a cursor of another version", "/v1/jobs?cursor=AgAAAAAAAAAAAAAAAAAAAAA", [400]),
        .get("many parameters", "/v1/jobs?\(String(repeating: "queue=a&", count: 500))", [400]),
        .get("a wrong offset", "/v1/jobs/\(id)/logs?offset=-1", [400]),
        .get("an artifact above", "/v1/jobs/\(id)/artifacts/..%2f..%2fetc%2fpasswd", [404]),
        .get("a hidden artifact", "/v1/jobs/\(id)/artifacts/.ssh", [404]),
        .get("a wrong event id", "/v1/events?x=1", [400]),
        Attack(
            "a wrong Last-Event-ID",
            "GET /v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nLast-Event-ID: -5\r\n\r\n", [400]),
        Attack("another method", "BREW /v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [400, 404, 405]),
        Attack("TRACE", "TRACE /v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [405]),
    ]

    @Test(arguments: attacks) func getsTheRightAnswer(_ attack: Attack) async throws {
        try await LiveServer.with { server in
            let connection = try RawConnection(port: server.port)
            let answer = await connection.exchange(attack.request)
            let status = Int(answer.dropFirst(9).prefix(3)) ?? 0
            #expect(attack.statuses.contains(status), "\(answer.prefix(200))")
            let head = answer.lowercased()
            #expect(head.contains("content-type: application/problem+json"), "\(answer.prefix(400))")
            #expect(answer.contains(#""status":\#(status)"#), "\(answer.prefix(400))")
            #expect(try await server.get("/healthz").status == 200)
            #expect(try await server.store.page(JobFilter(), after: nil, limit: 1).jobs.isEmpty)
        }
    }

    @Test func whatFollowsAGoodRequestIsRefusedOnItsOwn() async throws {
        try await LiveServer.with { server in
            let connection = try RawConnection(port: server.port)
            let answer = await connection.exchange("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nhello there\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.contains("HTTP/1.1 400 "))
            #expect(answer.contains(#""status":400"#))
        }
    }

    @Test func bytesThatAreNoUTF8AreRefused() async throws {
        try await LiveServer.with { server in
            let bytes = Array(#"{"name": ""#.utf8) + [0xFF, 0xC0] + Array(#"", "steps": []}"#.utf8)
            let answer = try await server.open(.post, "/v1/jobs", bytes)
            #expect(answer.status == 400)
        }
    }

    @Test func aClientThatSendsItsFieldsSlowlyIsCutOff() async throws {
        let limits = JobServer.Configuration(idleTimeout: .milliseconds(200))
        try await LiveServer.with(server: limits) { server in
            let connection = try RawConnection(port: server.port)
            connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            let answer = await connection.readToEnd()
            #expect(answer == "")
        }
    }

    @Test func aClientThatSendsItsBodySlowlyIsCutOff() async throws {
        let limits = JobServer.Configuration(bodyGrace: .milliseconds(200))
        try await LiveServer.with(server: limits) { server in
            let connection = try RawConnection(port: server.port)
            connection.send("POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
            let answer = await connection.readToEnd()
            #expect(!answer.hasPrefix("HTTP/1.1 2"))
        }
    }

    @Test func aClientThatTakesNothingInIsCutOff() async throws {
        let limits = JobServer.Configuration(writeTimeout: .milliseconds(200))
        try await LiveServer.with(server: limits) { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job()).json.jobID)
            _ = try await server.store.putArtifact(
                NewArtifact(job: id, name: "big", bytes: [UInt8](repeating: 65, count: 16 << 20)))
            let connection = try RawConnection(port: server.port)
            connection.send("GET /v1/jobs/\(id)/artifacts/big HTTP/1.1\r\nHost: x\r\n\r\n")
            // Nothing is read here, so the server ends the connection, and with that its shutdown can end.
            await server.shutDown()
        }
    }
}
