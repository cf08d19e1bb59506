import JobCore
import JobHTTP
import JobSQLite
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

    @Test func streamsEndWithTheServer() async throws {
        try await LiveServer.with { server in
            var events = EventReader(try await server.open(.get, "/v1/events"))
            try await events.begin()
            await server.shutDown()
            #expect(try await events.next() == nil)
        }
    }
}
