import JobCore
import JobHTTP
import JobTransport
import Testing

/// The dashboard lets people do what the API lets them do, and no more.
@Suite(.timeLimit(.minutes(1))) struct DashboardAccessTests {
    private func enqueue(_ server: LiveServer, _ name: String, queue: String = "default") async throws -> Job {
        try await server.store.enqueue([
            NewJob(
                JobSpec(
                    name: name, queue: queue,
                    steps: [StepSpec(name: "a", action: .http(HTTPAction(url: "http://example.org/")))]))
        ])[0]
    }

    @Test func aReaderSeesButMayChangeNothing() async throws {
        try await LiveServer.with(service: JobService.Configuration()) { server in
            let job = try await enqueue(server, "seen")
            let browser = Browser(server)
            let word = try await browser.signIn(try #require(try await server.bearing([.read]).token))
            let page = try await browser.get("/jobs/\(job.id)")
            #expect(page.status == 200)
            #expect(page.text.contains("seen"))
            #expect(!page.text.contains("/cancel"))
            for path in [
                "/jobs/\(job.id)/cancel", "/jobs/\(job.id)/retry", "/jobs/\(job.id)/delete", "/queues/default/pause",
                "/queues/default/concurrency", "/workers/w/drain",
            ] {
                #expect(try await browser.submit(path, word: word).status == 403, "\(path)")
            }
            #expect(try await browser.submit("/submit", ["file": Body.job()], word: word).status == 403)
            #expect(try await server.store.job(job.id)?.version == 1)
            #expect(try await server.store.queueSettings().isEmpty)
        }
    }

    @Test func aTokenOfOneQueueSeesNothingOfOthers() async throws {
        try await LiveServer.with(service: JobService.Configuration()) { server in
            let mine = try await enqueue(server, "mine-job", queue: "mine")
            let theirs = try await enqueue(server, "theirs-job", queue: "theirs")
            let browser = Browser(server)
            let token = try await server.bearing([.read, .submit, .admin], queues: ["mine"]).token
            let word = try await browser.signIn(try #require(token))
            for path in ["/", "/jobs", "/queues", "/jobs?queue=theirs", "/jobs?name=theirs-job"] {
                #expect(try await browser.get(path).text.contains("<bdi>theirs-job<") == false, "\(path)")
            }
            #expect(try await browser.get("/jobs").text.contains("mine-job"))
            #expect(try await browser.get("/queues").text.contains("theirs") == false)
            #expect(try await browser.get("/jobs/\(mine.id)").status == 200)
            #expect(try await browser.get("/jobs/\(theirs.id)").status == 404)
            #expect(try await browser.get("/live/jobs/\(theirs.id)").status == 404)
            #expect(try await browser.submit("/jobs/\(theirs.id)/cancel", word: word).status == 404)
            #expect(try await browser.submit("/queues/theirs/pause", word: word).status == 404)
            #expect(try await server.store.job(theirs.id)?.version == 1)
        }
    }

    @Test func buttonsDoWhatTheApiDoes() async throws {
        try await LiveServer.with(service: JobService.Configuration()) { server in
            let job = try await enqueue(server, "pressed")
            let browser = Browser(server)
            let word = try await browser.signIn(
                try #require(try await server.bearing([.read, .submit, .admin]).token))
            func status() async throws -> JobStatus? {
                try await server.store.job(job.id)?.status(at: TimeSource.system.now)
            }

            #expect(try await browser.submit("/jobs/\(job.id)/delete", word: word).status == 409)
            let cancelled = try await browser.submit("/jobs/\(job.id)/cancel", word: word)
            #expect(cancelled.status == 303)
            #expect(cancelled.headers["Location"] == "/jobs/\(job.id)?done=cancel")
            #expect(try await status() == .cancelled)
            #expect(try await browser.submit("/jobs/\(job.id)/retry", word: word).status == 303)
            #expect(try await status() == .queued)
            #expect(try await browser.submit("/jobs/\(job.id)/cancel", word: word).status == 303)
            #expect(try await browser.submit("/jobs/\(job.id)/delete", word: word).status == 303)
            #expect(try await server.store.job(job.id) == nil)

            func bound(_ number: String) async throws -> Int {
                try await browser.submit("/queues/default/concurrency", ["concurrency": number], word: word).status
            }
            #expect(try await browser.submit("/queues/default/pause", word: word).status == 303)
            #expect(try await bound("3") == 303)
            #expect(
                try await server.store.queueSettings()["default"] == NamedQueueSettings(isPaused: true, concurrency: 3))
            #expect(try await bound("x") == 422)
            #expect(try await bound("") == 303)
            #expect(try await browser.submit("/queues/default/resume", word: word).status == 303)
            #expect(try await server.store.queueSettings()["default"] == nil)
        }
    }

    @Test func artifactsAreNamedAndASessionMayFetchThem() async throws {
        try await LiveServer.with(service: JobService.Configuration()) { server in
            let job = try await enqueue(server, "made files")
            try await server.store.putArtifact(
                NewArtifact(job: job.id, name: "report.html", contentType: "text/html", bytes: Array("<b>x".utf8)))
            let browser = Browser(server)
            _ = try await browser.signIn(try #require(try await server.bearing([.read]).token))
            let link = "/v1/jobs/\(job.id)/artifacts/report.html"
            #expect(try await browser.get("/jobs/\(job.id)").text.contains("href=\"\(link)\""))
            let file = try await browser.get(link)
            #expect(file.text == "<b>x")
            #expect(file.headers["Content-Disposition"]?.hasPrefix("attachment") == true, "it must not run as a page")
        }
    }

    @Test func aFormThatIsSentTwiceStoresOneJobAndARefusedOneNamesItsFields() async throws {
        try await LiveServer.with { server in
            let browser = Browser(server)
            let word = try await browser.get("/submit").word
            let fields = ["file": Body.job("once"), "key": "k1"]
            let first = try await browser.submit("/submit", fields, word: word)
            #expect(first.status == 303)
            let second = try await browser.submit("/submit", fields, word: word)
            #expect(second.headers["Location"] == first.headers["Location"])
            #expect(try await server.store.page(JobFilter(), after: nil, limit: 9).jobs.count == 1)

            let file = #"{"name": "<b>", "steps": [{"name": "a", "http": {"url": "nowhere"}}]}"#
            let refused = try await browser.submit("/submit", ["file": file], word: word)
            #expect(refused.status == 422)
            #expect(refused.text.contains("<code>steps[0].http.url</code>"))
            #expect(refused.text.contains("&quot;name&quot;: &quot;&lt;b&gt;&quot;"), "what was typed must not be lost")
            let forbidden = #"{"name": "x", "steps": [{"name": "a", "command": {"argv": ["true"]}}]}"#
            let answer = try await browser.submit("/submit", ["file": forbidden], word: word)
            #expect(answer.status == 403)
            #expect(answer.text.contains("steps[0].command"))
            let broken = try await browser.submit("/submit", ["file": "{"], word: word)
            #expect(broken.status == 400)
            #expect(broken.text.contains("line 1"))
        }
    }
}
