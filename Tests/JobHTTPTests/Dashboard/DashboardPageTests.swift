import JobCore
import JobHTTP
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct DashboardPageTests {
    @Test func pagesForbidWhatIsNotOurs() async throws {
        try await LiveServer.with { server in
            for path in ["/", "/jobs", "/queues", "/workers", "/submit", "/login", "/jobs/none", "/jobs?status=wrong"] {
                let answer = try await server.get(path)
                let policy = answer.headers["Content-Security-Policy"] ?? ""
                #expect(policy.hasPrefix("default-src 'none'; script-src 'self';"), "\(path)")
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
                #expect(answer.headers["Cache-Control"] == "private, no-store")
                for forbidden in [
                    " style=", " onclick=", " onload=", "javascript:", "<style", "src=\"http", "href=\"http",
                ] {
                    #expect(!answer.text.contains(forbidden), "\(path) has \(forbidden)")
                }
            }
        }
    }

    @Test func filesOfPagesAreKeptByCachesForEver() async throws {
        try await LiveServer.with { server in
            let page = try await server.get("/jobs").text
            for kind in ["css", "js", "svg"] {
                let end = try #require(page.firstRange(of: ".\(kind)\""))
                let name = page[..<end.lowerBound].reversed().prefix { $0 != "/" }.reversed()
                let path = "/assets/\(String(name)).\(kind)"
                let file = try await server.get(path)
                #expect(file.status == 200, "\(path)")
                #expect(file.headers["Cache-Control"] == "public, max-age=31536000, immutable")
                let tag = try #require(file.headers["ETag"])
                #expect(try await server.get(path, headers: ["If-None-Match": tag]).status == 304)
            }
            #expect(try await server.get("/assets/other.css").status == 404)
            #expect(try await server.get("/assets/..%2F..%2Fetc%2Fpasswd").status == 404)
        }
    }

    @Test func aPrefixStandsBeforeEveryLink() async throws {
        let configuration = JobService.Configuration(access: .none, pathPrefix: "/tools/jobs")
        try await LiveServer.with(service: configuration) { server in
            let job = try await server.post("/tools/jobs/v1/jobs", Body.job("under a prefix"))
            let id = try #require(job.json.jobID)
            for path in ["/", "/jobs", "/jobs/\(id)", "/queues", "/workers", "/submit"] {
                let answer = try await server.get("/tools/jobs" + path)
                #expect(answer.status == 200, "\(path)")
                for attribute in ["href=\"/", "src=\"/", "action=\"/", "data-live=\"/"] {
                    let count = answer.text.ranges(of: attribute).count
                    #expect(answer.text.ranges(of: "\(attribute)tools/jobs/").count == count, "\(path) \(attribute)")
                }
            }
            let browser = Browser(server)
            let word = try await browser.get("/tools/jobs/jobs/\(id)").word
            let answer = try await browser.submit("/tools/jobs/jobs/\(id)/cancel", word: word)
            #expect(answer.headers["Location"] == "/tools/jobs/jobs/\(id)?done=cancel")
        }
    }

    @Test func theListIsFilteredSearchedAndPaged() async throws {
        try await LiveServer.with { server in
            var ids: [JobID] = []
            for index in 1...60 {
                let more = index % 2 == 0 ? #", "queue": "even", "tags": {"half": "yes & no"}"# : ""
                ids.append(try #require(try await server.post("/v1/jobs", Body.job("job-\(index)-", more)).json.jobID))
            }
            func names(_ path: String) async throws -> Set<Int> {
                let text = try await server.get(path).text
                return Set((1...60).filter { text.contains("job-\($0)-<") })
            }
            let even = Set((1...60).filter { $0 % 2 == 0 })
            #expect(try await names("/jobs") == Set(11...60))
            #expect(try await names("/jobs?q=&status=&queue=even&tag=&from=&before=") == even)
            #expect(try await names("/jobs?tag=half%3Ayes+%26+no") == even)
            #expect(try await names("/jobs?q=job-7-") == [7])
            #expect(try await names("/jobs?status=queued&from=2100-01-01T00%3A00") == [])
            #expect(try await names("/jobs?before=2100-01-01T00%3A00").count == 50)
            #expect(try await server.get("/jobs?q=\(ids[3])").headers["Location"] == "/jobs/\(ids[3])")

            let first = try await server.get("/jobs").text
            let link = try #require(first.firstRange(of: #"rel="next" href=""#))
            let next = first[link.upperBound...].prefix { $0 != "\"" }.replacing("&amp;", with: "&")
            #expect(try await names(String(next)) == Set(1...10))

            for query in ["status=nope", "tag=x", "cursor=forged", "from=soon", "unknown=1"] {
                let answer = try await server.get("/jobs?\(query)")
                #expect(answer.status == 200)
                #expect(answer.text.contains("This filter does not work"), "\(query)")
                #expect(!answer.text.contains("job-60-"), "\(query)")
            }
        }
    }

    @Test func longOutputsAreCutAndNamedWhole() async throws {
        try await LiveServer.with { server in
            let steps = (0..<30).map { StepSpec(name: "s\($0)", action: .http(HTTPAction(url: "http://example.org/"))) }
            let job = try await server.store.enqueue([NewJob(JobSpec(name: "much", steps: steps))])[0]
            let key = try await server.claim().key
            let output = StepOutput(status: 200, body: String(repeating: "\u{E9}", count: 50_000))
            for index in steps.indices {
                try await server.store.apply(.stepSucceeded(key, step: index, output: output), to: job.id)
            }
            let page = try await server.get("/jobs/\(job.id)")
            #expect(page.bytes.count < 600_000)
            #expect(page.text.ranges(of: "The whole output as JSON").count == 30)
            #expect(page.text.contains("/v1/jobs/\(job.id)/steps/s29/output"))
        }
    }

    @Test func aStreamSendsWhatChangesAndTheLog() async throws {
        try await LiveServer.with { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job("watched")).json.jobID)
            let stream = PageStream(try await server.open(.get, "/live/jobs/\(id)?log=0").body)
            #expect(try await stream.read(until: "s-queued").contains("event: region"))
            let claim = try await server.claim()
            #expect(try await stream.read(until: "s-running").contains("s-running"))
            try await server.print("<b>hot</b>\n", claim, number: 0)
            let log = try await stream.read(until: "&lt;b&gt;hot")
            #expect(log.contains("event: log"))
            #expect(!log.contains("<b>hot"))
            _ = try await server.store.apply(.cancel(reason: nil), to: id)
            #expect(try await stream.read(until: "s-cancelling").contains("s-cancelling"))
        }
    }

    @Test func aStreamGoesOnWhereTheBrowserWasAndEndsWithTheJob() async throws {
        try await LiveServer.with { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job("watched")).json.jobID)
            let claim = try await server.claim()
            try await server.print("first\n", claim, number: 0)
            try await server.print("second\n", claim, number: 1)
            _ = try await server.store.apply([
                JobEvent(.stepSucceeded(claim.key, step: 0, output: StepOutput()), of: id),
                JobEvent(.succeeded(claim.key), of: id),
            ])
            let answer = try await server.open(.get, "/live/jobs/\(id)?log=0", headers: ["Last-Event-ID": "6-1-0"])
            let text = try await PageStream(answer.body).read(until: "event: end")
            #expect(text.contains("second"))
            #expect(!text.contains("first"))
            #expect(!text.contains("class=\\\"mark\\\""), "the step was named before")
            #expect(text.contains("s-succeeded"))
        }
    }
}

/// What a page's stream sends.
final class PageStream {
    private var bytes: HTTPBody.AsyncIterator

    init(_ body: HTTPBody) {
        bytes = body.makeAsyncIterator()
    }

    /// What comes until a text has come, or until the end.
    func read(until text: String) async throws -> String {
        var all = ""
        while !all.contains(text), let chunk = try await bytes.next() { all += String(decoding: chunk, as: UTF8.self) }
        return all
    }
}

extension LiveServer {
    /// Claims the job that is due.
    func claim() async throws -> Claim {
        try #require(
            try await store.claim(
                ClaimRequest(
                    worker: "w", slots: [.init(queue: "default", limit: 1)], limit: 1, lease: .seconds(60))
            ).first)
    }

    /// Prints as the job that was claimed.
    func print(_ text: String, _ claim: Claim, number: Int, stream: LogEntry.Stream = .stdout) async throws {
        try await print(Array(text.utf8), claim, number: number, stream: stream)
    }

    func print(_ bytes: [UInt8], _ claim: Claim, number: Int, stream: LogEntry.Stream = .stdout) async throws {
        let entry = LogEntry(time: TimeSource.system.now, step: 0, attempt: 1, stream: stream, bytes: bytes)
        try await store.append([LogChunk(job: claim.job.id, key: claim.key, number: number, entry: entry)])
    }
}
