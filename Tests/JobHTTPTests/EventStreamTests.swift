import JobCore
import JobHTTP
import JobSQLite
import JobTesting
import JobTransport
import Testing

/// Streams of server-sent events, over a real socket.
@Suite(.timeLimit(.minutes(1))) struct EventStreamTests {
    @Test func aJobIsWatchedUntilItHasFinished() async throws {
        try await LiveServer.with { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job()).json.jobID)
            var events = EventReader(try await server.open(.get, "/v1/jobs/\(id)/events"))
            #expect(try await events.next()?.data["status"] == "queued")
            try await server.store.apply(.cancel(reason: nil), to: id)
            let last = try #require(try await events.next())
            #expect(last.name == "job")
            #expect(last.data["status"] == "cancelled")
            #expect(try await events.next() == nil)
            let again = try await server.get("/v1/jobs/\(id)/events", headers: ["Last-Event-ID": "\(last.id)"])
            #expect(again.status == 204)
        }
    }

    @Test func allJobsAreWatched() async throws {
        try await LiveServer.with { server in
            var events = EventReader(try await server.open(.get, "/v1/events"))
            try await events.begin()
            let first = try await server.post("/v1/jobs", Body.job("a")).json.jobID
            let one = try #require(try await events.next())
            let second = try await server.post("/v1/jobs", Body.job("b")).json.jobID
            let two = try #require(try await events.next())
            #expect(one.data.jobID == first)
            #expect(two.data.jobID == second)
            #expect(one.id < two.id)
        }
    }

    @Test func aStreamGoesOnAfterARestartWhereItWas() async throws {
        let path = "/tmp/jobkit-events-\(JobID()).sqlite"
        let store = try await SQLiteQueue.open(path: path)
        let last = try await LiveServer.with(store) { server in
            var events = EventReader(try await server.open(.get, "/v1/events"))
            try await events.begin()
            _ = try await server.post("/v1/jobs", Body.job("before"))
            return try #require(try await events.next()).id
        }
        // While no server runs.
        let missed = try await store.enqueue(JobSpec(name: "missed", steps: []))
        try await LiveServer.with(store) { server in
            var events = EventReader(
                try await server.open(.get, "/v1/events", headers: ["Last-Event-ID": "\(last)"]))
            let event = try #require(try await events.next())
            #expect(event.data.jobID == missed.id)
            #expect(event.id > last)
            let after = try await server.post("/v1/jobs", Body.job("after")).json.jobID
            #expect(try await events.next()?.data.jobID == after)
        }
        try await store.close()
    }

    @Test func aTokenOfAQueueHearsOfNoOther() async throws {
        try await LiveServer.with(service: JobService.Configuration(access: .tokens)) { server in
            let admin = try await server.bearing([.admin])
            let narrow = try await server.bearing([.read], queues: ["mine"])
            var events = EventReader(try await narrow.open(.get, "/v1/events"))
            try await events.begin()
            _ = try await admin.post("/v1/jobs", Body.job("theirs"))
            let mine = try await admin.post("/v1/jobs", Body.job("mine", #", "queue": "mine""#)).json.jobID
            #expect(try await events.next()?.data.jobID == mine)
        }
    }

    @Test(arguments: [true, false])
    func aStreamEndsWithItsToken(isRevoked: Bool) async throws {
        let time = ManualTime()
        try await LiveServer.with(time: time.source, service: JobService.Configuration(access: .tokens)) { server in
            let job = try await server.store.enqueue(JobSpec(name: "job", steps: [.call])).id
            let end = time.now + .seconds(60)
            let reader = try await server.bearing([.read], expiresAt: isRevoked ? nil : end)
            var all = EventReader(try await reader.open(.get, "/v1/events"))
            var one = EventReader(try await reader.open(.get, "/v1/jobs/\(job)/events"))
            var hints = try await reader.open(.get, "/v1/queue/signals?everything=true").body.makeAsyncIterator()
            try await all.begin()
            #expect(try await one.next()?.data.jobID == job)
            _ = try await hints.next()
            if isRevoked {
                let id = try #require(reader.token?.split(separator: "_")[1])
                #expect(try await server.store.revoke(String(id), at: time.now))
            }
            time.advance(by: .seconds(isRevoked ? 3 : 61))
            // Would be told.
            try await server.store.apply(.cancel(reason: nil), to: job)
            #expect(try await all.next() == nil)
            #expect(try await one.next() == nil)
            #expect(try await hints.next() == nil)
        }
    }

    @Test func aSilentStreamEndsWithItsToken() async throws {
        let time = ManualTime()
        try await LiveServer.with(time: time.source, service: JobService.Configuration(access: .tokens)) { server in
            let job = try await server.store.enqueue(JobSpec(name: "job", steps: [.call])).id
            let reader = try await server.bearing([.read], expiresAt: time.now + .seconds(10))
            // The hub's own timer, whose time must not come before that of the log.
            try await time.waitForSleepers()
            let log = try await reader.open(.get, "/v1/jobs/\(job)/logs?follow=true")
            try await time.waitForSleepers(2)
            time.advance(by: .seconds(15))
            #expect(try await log.body.collect(upTo: 100) == [])
        }
    }

    @Test func theStreamOfAJobEndsWhenItGoesToAQueueOfOthers() async throws {
        try await LiveServer.with(service: JobService.Configuration(access: .tokens)) { server in
            let job = try await server.store.enqueue(JobSpec(name: "job", queue: "mine", steps: [.call])).id
            let narrow = try await server.bearing([.read], queues: ["mine"])
            var events = EventReader(try await narrow.open(.get, "/v1/jobs/\(job)/events"))
            #expect(try await events.next()?.data.jobID == job)
            let log = try await narrow.open(.get, "/v1/jobs/\(job)/logs?follow=true")
            try await server.store.apply(.edit(JobEdit(queue: "theirs"), ifVersion: nil), to: job)
            #expect(try await events.next() == nil)
            #expect(try await log.body.collect(upTo: 100) == [])
        }
    }

    @Test func streamsEndWithTheServer() async throws {
        try await LiveServer.with { server in
            var events = EventReader(try await server.open(.get, "/v1/events"))
            try await events.begin()
            await server.shutDown()
            #expect(try await events.next() == nil)
        }
    }
}

extension StepSpec {
    fileprivate static let call = StepSpec(name: "call", action: .http(HTTPAction(url: "http://example.org/")))
}
