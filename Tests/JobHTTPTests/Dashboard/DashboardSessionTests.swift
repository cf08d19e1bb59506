import JobCore
import JobHTTP
import JobTesting
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct DashboardSessionTests {
    static let pages = ["/", "/jobs", "/queues", "/workers", "/submit", "/jobs/\(JobID())"]

    @Test(arguments: pages) func aPageIsShownToNobodyWithoutASession(_ path: String) async throws {
        try await LiveServer.with(service: JobService.Configuration()) { server in
            let answer = try await Browser(server).get(path)
            #expect(answer.status == 303)
            #expect(answer.headers["Location"]?.hasPrefix("/login") == true)
            #expect(answer.bytes.isEmpty)
        }
    }

    @Test func aTokenBeginsASessionWhoseCookieNoScriptAndNoOtherSiteCanUse() async throws {
        try await LiveServer.with(service: JobService.Configuration(isSecure: true)) { server in
            let browser = Browser(server)
            let token = try #require(try await server.bearing([.read]).token)
            let form = try await browser.get("/login?to=%2Fqueues")
            let answer = try await browser.submit("/login", ["token": token, "to": "/queues"], word: form.word)
            #expect(answer.status == 303)
            #expect(answer.headers["Location"] == "/queues")
            let cookie = try #require(answer.headers["Set-Cookie"])
            for part in ["; HttpOnly", "; SameSite=Strict", "; Secure", "; Path=/", "; Max-Age="] {
                #expect(cookie.contains(part), "\(cookie)")
            }
            #expect(!cookie.contains(token))
            #expect(try await browser.get("/queues").status == 200)
        }
    }

    @Test func onlyAFormOfAPageOfTheSameBrowserBeginsASession() async throws {
        try await LiveServer.with(service: JobService.Configuration()) { server in
            let token = try #require(try await server.bearing([.read]).token)
            let browser = Browser(server)
            let word = try await browser.get("/login").word
            #expect(try await browser.submit("/login", ["token": token], word: nil).status == 403)
            #expect(try await browser.submit("/login", ["token": token], word: "other").status == 403)
            #expect(try await Browser(server).submit("/login", ["token": token], word: word).status == 403)
            #expect(try await browser.submit("/login", ["token": token], word: word).status == 303)
        }
    }

    @Test(arguments: ["/jobs/x/cancel", "/queues/default/pause", "/workers/w/drain", "/submit", "/logout"])
    func noFormIsTakenWithoutTheWordOfTheSession(_ path: String) async throws {
        try await LiveServer.with(service: JobService.Configuration()) { server in
            let token = try #require(try await server.bearing(Set(AccessScope.allCases)).token)
            let browser = Browser(server)
            let word = try await browser.signIn(token)
            let foreign = try await Browser(server).signIn(token)
            for wrong in [nil, "", "x", String(word.dropLast()), foreign, browser.cookie("jobkit_guest")] {
                #expect(try await browser.submit(path, word: wrong).status == 403, "\(wrong ?? "none")")
            }
            let crossSite: HTTPHeaders = ["Sec-Fetch-Site": "cross-site"]
            #expect(try await browser.submit(path, word: word, headers: crossSite).status == 403)
            #expect(try await browser.get("/").status == 200, "the session must live on")
        }
    }

    @Test func revokingTheTokenEndsTheSessionAndItsStreams() async throws {
        let time = ManualTime()
        try await LiveServer.with(time: time.source, service: JobService.Configuration()) { server in
            let browser = Browser(server)
            let text = TokenText()
            try await server.store.insert(
                AccessToken(id: text.id, name: "test", hash: text.hash, scopes: [.read], createdAt: time.now))
            _ = try await browser.signIn(text.secretText)
            let stream = PageStream(try await browser.open("/live/overview").body)
            #expect(try await stream.read(until: "overview_lists").contains("event: region"))

            #expect(try await server.store.revoke(text.id, at: time.now))
            // The hub, and the stream's two waits: between looks, and for a look without a signal.
            try await time.waitForSleepers(3)
            // A look-up of a moment ago counts for two seconds.
            time.advance(by: .seconds(11))
            #expect(try await browser.get("/").status == 303)
            let end = try await stream.read(until: "event: end")
            #expect(end.hasSuffix("event: end\ndata: {\"reason\":\"session\"}\n\n"))
        }
    }

    @Test func signingOutEndsTheSession() async throws {
        try await LiveServer.with(service: JobService.Configuration()) { server in
            let browser = Browser(server)
            let word = try await browser.signIn(try #require(try await server.bearing([.read]).token))
            #expect(try await browser.submit("/logout", word: word).status == 303)
            #expect(browser.cookie("jobkit_session") == nil)
            #expect(try await browser.get("/").status == 303)
        }
    }

    @Test func aCopyOfTheCookieEndsWithTheSession() async throws {
        try await LiveServer.with(service: JobService.Configuration()) { server in
            let browser = Browser(server)
            let word = try await browser.signIn(try #require(try await server.bearing([.read]).token))
            let cookie = "jobkit_session=\(try #require(browser.cookie("jobkit_session")))"
            #expect(try await server.get("/", headers: ["Cookie": cookie]).status == 200)
            #expect(try await browser.submit("/logout", word: word).status == 303)
            #expect(try await server.get("/", headers: ["Cookie": cookie]).status == 303)
        }
    }

    @Test func aSessionOutlivesARestartOfTheServerAndNoMoreThanItsTime() async throws {
        let time = ManualTime()
        let store = MemoryQueue(time: time.source)
        let cookie = try await LiveServer.with(store, time: time.source, service: JobService.Configuration()) {
            server in
            let browser = Browser(server)
            let text = TokenText()
            try await store.insert(
                AccessToken(id: text.id, name: "test", hash: text.hash, scopes: [.read], createdAt: time.now))
            _ = try await browser.signIn(text.secretText)
            return try #require(browser.cookie("jobkit_session"))
        }
        let sent = "jobkit_session=\(cookie)"
        try await LiveServer.with(store, time: time.source, service: JobService.Configuration()) { server in
            let after = try await server.get("/", headers: ["Cookie": sent])
            let forged = try await server.get("/", headers: ["Cookie": String(sent.dropLast(2)) + "AA"])
            time.advance(by: .seconds(12 * 3_600))
            let late = try await server.get("/", headers: ["Cookie": sent])
            #expect([after.status, forged.status, late.status] == [200, 303, 303])
        }
        // Who reads the store finds nothing to show.
        let records = try await store.allRecords(in: "sessions")
        #expect(records.count == 1)
        #expect(records.allSatisfy { !"\($0)".contains(cookie) })
    }

    @Test func whoeverSignsInForgetsSessionsThatHaveEnded() async throws {
        let time = ManualTime()
        let store = MemoryQueue(time: time.source)
        try await LiveServer.with(store, time: time.source, service: JobService.Configuration()) { server in
            let text = TokenText()
            try await store.insert(
                AccessToken(id: text.id, name: "test", hash: text.hash, scopes: [.read], createdAt: time.now))
            for _ in 0..<3 { _ = try await Browser(server).signIn(text.secretText) }
            #expect(try await store.allRecords(in: "sessions").count == 3)
            time.advance(by: .seconds(12 * 3_600))
            _ = try await Browser(server).signIn(text.secretText)
            #expect(try await store.allRecords(in: "sessions").count == 1)
        }
    }

    @Test(arguments: ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX: y", "javascript:alert(1)"])
    func theWayBackLeadsToNoOtherSite(_ to: String) async throws {
        try await LiveServer.with(service: JobService.Configuration()) { server in
            let browser = Browser(server)
            let form = try await browser.get("/login")
            let token = try #require(try await server.bearing([.read]).token)
            let answer = try await browser.submit("/login", ["token": token, "to": to], word: form.word)
            #expect(answer.headers["Location"] == "/")
        }
    }

    @Test func withoutTokensFormsStillNeedTheWordOfThePage() async throws {
        try await LiveServer.with { server in
            let browser = Browser(server)
            let word = try await browser.get("/submit").word
            let file = Body.job("by form")
            #expect(try await browser.submit("/submit", ["file": file], word: nil).status == 403)
            #expect(try await Browser(server).submit("/submit", ["file": file], word: word).status == 403)
            #expect(try await server.store.page(JobFilter(), after: nil, limit: 1).jobs.isEmpty)
            #expect(try await browser.submit("/submit", ["file": file], word: word).status == 303)
            #expect(try await server.store.page(JobFilter(), after: nil, limit: 1).jobs.first?.spec.name == "by form")
        }
    }
}
