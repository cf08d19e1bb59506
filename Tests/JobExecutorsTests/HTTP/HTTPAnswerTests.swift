import JobCore
import JobExecutors
import JobTesting
import JobTransport
import Testing

/// What is kept of answers.
@Suite(.timeLimit(.minutes(1))) struct HTTPAnswerTests {
    private let recorder = ProgressRecorder()

    private func output(
        _ headers: HTTPHeaders, _ body: [UInt8], limit: ByteCount = .mebibytes(1)
    ) async throws -> StepOutput {
        let transport = ScriptedTransport([
            .init("any", where: { _ in true }) { _ in HTTPResponse(status: 200, headers: headers, body: HTTPBody(body))
            }
        ])
        return try await HTTPExecutor(transport: transport, options: .init(bodyLimit: limit, secretHeaders: ["X-Own"]))
            .run(.test(.http(HTTPAction(url: "http://a.example/"))), reporting: recorder.report)
    }

    @Test(arguments: ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"])
    func `a JSON body becomes JSON`(_ type: String) async throws {
        let output = try await output(["Content-Type": type], Array(#"{"n": [1, "ä"]}"#.utf8))
        #expect(output.json == ["n": [1, "ä"]])
        #expect(output.body == nil)
    }

    @Test(arguments: [("application/json", "{oops"), ("text/html", "{}"), ("text/plain", "<p>ü")])
    func `any other body becomes text`(_ type: String, _ body: String) async throws {
        let output = try await output(["Content-Type": type], Array(body.utf8))
        #expect(output.body == body)
        #expect(output.json == nil)
        #expect(output.details.isEmpty)
    }

    @Test func `a body that is no UTF-8 becomes text and is marked`() async throws {
        let output = try await output([:], [0x61, 0xFF, 0x62])
        #expect(output.body == "a\u{FFFD}b")
        #expect(output.details["isLossy"] == true)
    }

    @Test func `an empty body is none`() async throws {
        let output = try await output(["Content-Type": "application/json"], [])
        #expect(output == StepOutput(status: 200, headers: ["content-type": "application/json"]))
    }

    @Test func `a body above the limit is cut between characters and noted`() async throws {
        let output = try await output(["Content-Type": "application/json"], Array("123€567".utf8), limit: ByteCount(5))
        #expect(output.body == "123")
        #expect(output.isTruncated)
        #expect(output.details.isEmpty)
        #expect(recorder.notes.last == "the answer is longer than 5; the rest is dropped")
    }

    @Test func `a body of exactly the limit is whole`() async throws {
        let output = try await output([:], Array("12345".utf8), limit: ByteCount(5))
        #expect(output.body == "12345")
        #expect(!output.isTruncated)
    }

    @Test func `field names become lower case, repeated ones are joined, secrets are redacted`() async throws {
        let output = try await output(
            [
                "X-Many": "a", "ETag": "\"v\"", "x-many": "b", "Set-Cookie": "s3cret", "set-cookie": "s3cret",
                "X-Auth-Token": "s3cret", "X-Own": "s3cret", "WWW-Authenticate": "Bearer s3cret",
                "Location": "https://u:s3cret@b.example/jobs/5?key=s3cret#s3cret",
                "Link": "<https://b.example/?page=s3cret>; rel=\"next\", </last?s3cret>; rel=\"last\"",
            ], [])
        #expect(
            output.headers == [
                "x-many": "a, b", "etag": "\"v\"", "set-cookie": "[redacted]", "x-auth-token": "[redacted]",
                "x-own": "[redacted]", "www-authenticate": "[redacted]",
                "location": "https://***@b.example/jobs/5?***",
                "link": "<https://b.example/?***>; rel=\"next\", </last?***>; rel=\"last\"",
            ])
    }

    @Test func `reading stops far above the limit`() async throws {
        let transport = ScriptedTransport([
            .init("endless", where: { _ in true }) { _ in
                HTTPResponse(status: 200, body: HTTPBody(unfolding: { Array(repeating: 0x61, count: 1_000) }))
            }
        ])
        let executor = HTTPExecutor(
            transport: transport, options: .init(bodyLimit: ByteCount(10), readLimit: ByteCount(10_000)))
        let output = try await executor.run(
            .test(.http(HTTPAction(url: "http://a.example/"))), reporting: recorder.report)
        #expect(output.body == "aaaaaaaaaa")
        #expect(output.isTruncated)
    }
}
