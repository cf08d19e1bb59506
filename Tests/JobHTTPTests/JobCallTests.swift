import JobCore
import JobHTTP
import JobTesting
import JobTransport
import Testing

/// What callers do with jobs, over a real socket.
@Suite(.timeLimit(.minutes(1))) struct JobCallTests {
    @Test func aBatchIsStoredAsAWhole() async throws {
        try await LiveServer.with { server in
            let answer = try await server.post("/v1/jobs", #"{"jobs": [\#(Body.job("a")), \#(Body.job("b"))]}"#)
            #expect(answer.status == 201)
            #expect(answer.json["jobs"]?[1]?["name"] == "b")
            #expect(try await server.store.page(JobFilter(), after: nil, limit: 10).jobs.count == 2)
        }
    }

    @Test func aHeldUniqueKeyGivesItsJobBack() async throws {
        try await LiveServer.with { server in
            let body = Body.job("a", #", "uniqueKey": "k""#)
            let first = try await server.post("/v1/jobs", body)
            let second = try await server.post("/v1/jobs", body)
            #expect([first.status, second.status] == [201, 200])
            #expect(first.json.jobID == second.json.jobID)
        }
    }

    @Test func anUnchangedJobIsNotSentAgain() async throws {
        try await LiveServer.with { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job()).json.jobID)
            let first = try await server.get("/v1/jobs/\(id)")
            let tag = try #require(first.headers["ETag"])
            let second = try await server.get("/v1/jobs/\(id)", headers: ["If-None-Match": tag])
            #expect(second.status == 304)
            #expect(second.bytes.isEmpty)
            try await server.store.apply(.cancel(reason: nil), to: id)
            #expect(try await server.get("/v1/jobs/\(id)", headers: ["If-None-Match": tag]).status == 200)
        }
    }

    @Test func aJobWhoseTimeComesHasAnotherTagWithoutAnotherVersion() async throws {
        let time = ManualTime()
        try await LiveServer.with(time: time.source) { server in
            let later = time.source.now + .seconds(60)
            let id = try #require(
                try await server.post("/v1/jobs", Body.job("a", #", "notBefore": "\#(later)""#)).json.jobID)
            let first = try await server.get("/v1/jobs/\(id)")
            time.advance(by: .seconds(61))
            let second = try await server.get("/v1/jobs/\(id)", headers: ["If-None-Match": first.headers["ETag"] ?? ""])
            #expect(first.json["status"] == "scheduled")
            #expect(second.json["status"] == "queued")
        }
    }

    @Test func aLongPollAnswersWhenTheJobChanges() async throws {
        try await LiveServer.with { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job()).json.jobID)
            let tag = try #require(try await server.get("/v1/jobs/\(id)").headers["ETag"])
            async let waiting = server.get("/v1/jobs/\(id)?wait=50s", headers: ["If-None-Match": tag])
            try await server.store.apply(.cancel(reason: nil), to: id)
            let answer = try await waiting
            #expect(answer.status == 200)
            #expect(answer.json["status"] == "cancelled")
        }
    }

    @Test func aLongPollEndsUnchangedWhenItsTimeIsOver() async throws {
        try await LiveServer.with { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job()).json.jobID)
            let tag = try #require(try await server.get("/v1/jobs/\(id)").headers["ETag"])
            let answer = try await server.get("/v1/jobs/\(id)?wait=50ms", headers: ["If-None-Match": tag])
            #expect(answer.status == 304)
        }
    }

    @Test func aLongPollEndsWithTheServer() async throws {
        try await LiveServer.with { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job()).json.jobID)
            async let waiting = server.get("/v1/jobs/\(id)?wait=60s")
            // The poll has been let in once the store is being watched; either order must end well.
            await server.shutDown()
            _ = try? await waiting
        }
    }

    @Test func pagesFollowEachOtherWithoutLossWhileJobsAreAdded() async throws {
        try await LiveServer.with { server in
            var made: Set<JobID> = []
            for index in 0..<7 {
                made.insert(try #require(try await server.post("/v1/jobs", Body.job("j\(index)")).json.jobID))
            }
            var seen: [JobID] = []
            var path: String? = "/v1/jobs?limit=3&status=queued"
            while let next = path {
                let page = try await server.get(next)
                #expect(page.status == 200)
                guard case .array(let jobs)? = page.json["jobs"] else { break }
                seen += jobs.compactMap(\.jobID)
                path = page.json["next"]?.stringValue
                #expect(page.headers["Link"] == path.map { "<\($0)>; rel=\"next\"" })
                _ = try await server.post("/v1/jobs", Body.job("new"))
            }
            #expect(seen.count == 7)
            #expect(Set(seen) == made)
        }
    }

    @Test func filtersNarrowTheList() async throws {
        try await LiveServer.with { server in
            let wanted = try await server.post("/v1/jobs", Body.job("a b", #", "tags": {"team": "x:y"}, "queue": "q""#))
            _ = try await server.post("/v1/jobs", Body.job("c"))
            for query in [
                "tag=team:x%3Ay&queue=q", "name=a%20b", "name=a+b", "tag=team:x%3Ay", "queue=q",
                "queue=q&queue=r&status=queued",
            ] {
                let found = try await server.get("/v1/jobs?\(query)").json["jobs"]
                #expect(found?[0]?.jobID == wanted.json.jobID, "\(query)")
                #expect(found?[1] == nil)
            }
            #expect(try await server.get("/v1/jobs?status=failed").json["jobs"] == .array([]))
        }
    }

    @Test func aTagsValueMayBeginWithACombiningMark() async throws {
        try await LiveServer.with { server in
            let created = try await server.post("/v1/jobs", Body.job("a", ", \"tags\": {\"t\": \"\u{301}x\"}"))
            #expect(created.status == 201)
            let found = try await server.get("/v1/jobs?tag=t:%CC%81x").json["jobs"]
            #expect(found?[0]?.jobID == created.json.jobID)
        }
    }

    @Test func aWaitingJobIsChangedOnlyAsTheCallerKnowsIt() async throws {
        try await LiveServer.with { server in
            let created = try await server.post("/v1/jobs", Body.job())
            let path = "/v1/jobs/\(try #require(created.json.jobID))"
            let tag = try #require(created.headers["ETag"])
            let edit = #"{"priority": 7}"#
            #expect(try await server.send(.patch, path, edit).status == 428)
            let changed = try await server.send(.patch, path, edit, headers: ["If-Match": tag])
            #expect(changed.status == 200)
            #expect(changed.json["priority"] == 7)
            #expect(try await server.send(.patch, path, edit, headers: ["If-Match": tag]).status == 412)
            #expect(try await server.send(.patch, path, "{}", headers: ["If-Match": "*"]).status == 422)
            let wrong = try await server.send(.patch, path, #"{"priority": 9999999}"#, headers: ["If-Match": "*"])
            #expect(wrong.json["errors"]?[0]?["path"] == "priority")
            _ = try await server.post("\(path)/cancel")
            #expect(try await server.send(.patch, path, edit, headers: ["If-Match": "*"]).status == 409)
        }
    }

    @Test func aJobIsCancelledRetriedAndDeleted() async throws {
        try await LiveServer.with { server in
            let path = "/v1/jobs/\(try #require(try await server.post("/v1/jobs", Body.job()).json.jobID))"
            #expect(try await server.send(.delete, path).status == 409)
            let cancelled = try await server.post("\(path)/cancel", #"{"reason": "wrong"}"#)
            #expect(cancelled.json["status"] == "cancelled")
            #expect(cancelled.json["failure"]?["message"]?.stringValue?.contains("wrong") ?? false)
            #expect(try await server.post("\(path)/cancel").status == 409)
            #expect(try await server.post("\(path)/retry").json["status"] == "queued")
            _ = try await server.post("\(path)/cancel")
            #expect(try await server.send(.delete, path).status == 204)
            #expect(try await server.get(path).status == 404)
        }
    }

    @Test func aLogIsReadFromAnOffsetAndFollowedToItsEnd() async throws {
        try await LiveServer.with { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job()).json.jobID)
            let claim = try #require(
                try await server.store.claim(ClaimRequest(worker: "w", lease: .seconds(60))).first)
            func print(_ text: String, _ number: Int) async throws {
                let entry = LogEntry(
                    time: TimeSource.system.now, step: 0, attempt: 1, stream: .stdout, bytes: Array(text.utf8))
                try await server.store.append([LogChunk(job: id, key: claim.key, number: number, entry: entry)])
            }
            try await print("one\n", 0)
            let part = try await server.get("/v1/jobs/\(id)/logs?offset=2")
            #expect(part.text == "e\n")
            #expect(part.headers["Log-Next-Offset"] == "4")
            #expect(part.headers["Log-Complete"] == "false")
            let following = try await server.open(.get, "/v1/jobs/\(id)/logs?follow=true")
            var chunks = following.body.makeAsyncIterator()
            #expect(try await chunks.next().map { String(decoding: $0, as: UTF8.self) } == "one\n")
            try await print("two\n", 1)
            #expect(try await chunks.next().map { String(decoding: $0, as: UTF8.self) } == "two\n")
            try await server.store.apply(.failed(claim.key, StepFailure(.error, "no", isRetryable: false)), to: id)
            while try await chunks.next() != nil {}
        }
    }

    @Test func anArtifactComesBackAsItWasSentAndRunsNowhere() async throws {
        try await LiveServer.with { server in
            let path = "/v1/jobs/\(try #require(try await server.post("/v1/jobs", Body.job()).json.jobID))/artifacts"
            let sent = try await server.send(
                .put, "\(path)/page.html", "<script>", headers: ["Content-Type": "text/html"])
            #expect(sent.status == 201)
            let got = try await server.get("\(path)/page.html")
            #expect(got.text == "<script>")
            #expect(got.headers["Content-Disposition"] == "attachment; filename=\"page.html\"")
            #expect(got.headers["Content-Security-Policy"]?.contains("sandbox") ?? false)
            #expect(try await server.get(path).json["artifacts"]?[0]?["size"] == 8)
            #expect(try await server.get("\(path)/other").status == 404)
        }
    }

    @Test func anArtifactTellsItsHash() async throws {
        try await LiveServer.with { server in
            let path = "/v1/jobs/\(try #require(try await server.post("/v1/jobs", Body.job()).json.jobID))/artifacts"
            let hash = "5b63e5b2097fc6906601e85e381d998a7db971aca73c9213dc2b107ccab734d4"
            let sent = try await server.send(.put, "\(path)/page.html", "<script>")
            #expect(sent.json["sha256"]?.stringValue == hash)
            #expect(sent.headers["ETag"] == "\"\(hash)\"")
            let got = try await server.get("\(path)/page.html")
            #expect(got.headers["Repr-Digest"] == "sha-256=:W2Plsgl/xpBmAeheOB2Zin25caynPJIT3CsQfMq3NNQ=:")
            let tag = try #require(got.headers["ETag"])
            #expect(tag == sent.headers["ETag"])
            #expect(try await server.get(path).json["artifacts"]?[0]?["sha256"]?.stringValue == hash)
            let again = try await server.get("\(path)/page.html", headers: ["If-None-Match": tag])
            #expect(again.status == 304 && again.bytes.isEmpty)
            let other = try await server.get("\(path)/page.html", headers: ["If-None-Match": "\"x\""])
            #expect(other.status == 200)
        }
    }

    @Test func aStepsOutputIsReadByItsName() async throws {
        try await LiveServer.with { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job()).json.jobID)
            let claim = try #require(
                try await server.store.claim(ClaimRequest(worker: "w", lease: .seconds(60))).first)
            #expect(try await server.get("/v1/jobs/\(id)/steps/call/output").status == 404)
            var output = StepOutput.none
            output.status = 204
            try await server.store.apply(.stepSucceeded(claim.key, step: 0, output: output), to: id)
            #expect(try await server.get("/v1/jobs/\(id)/steps/call/output").json["status"] == 204)
        }
    }

    @Test func queuesArePausedAndTheirJobsCounted() async throws {
        try await LiveServer.with { server in
            _ = try await server.post("/v1/jobs", Body.job())
            let changed = try await server.send(.patch, "/v1/queues/default", #"{"paused": true, "concurrency": 2}"#)
            #expect(changed.json["paused"] == true)
            #expect(changed.json["counts"]?["queued"] == 1)
            #expect(try await server.store.claim(ClaimRequest(worker: "w", lease: .seconds(9))).isEmpty)
            let resumed = try await server.send(
                .patch, "/v1/queues/default", #"{"paused": false, "concurrency": null}"#)
            #expect(resumed.json["concurrency"] == .null)
            #expect(try await server.store.claim(ClaimRequest(worker: "w", lease: .seconds(9))).count == 1)
        }
    }

    @Test func workersAreListedAndDrained() async throws {
        try await LiveServer.with { server in
            _ = try await server.store.report(
                WorkerReport(
                    name: "w 1", queues: ["default"], slots: 2, startedAt: TimeSource.system.now,
                    notice: WorkerNotice(.interruption, at: .epoch, message: "it goes <soon>")))
            _ = try await server.store.report(
                WorkerReport(name: "w 2", queues: ["default"], slots: 2, startedAt: TimeSource.system.now))
            let listed = try await server.get("/v1/workers").json["workers"]
            #expect(listed?[0]?["name"] == "w 1")
            #expect(listed?[0]?["notice"]?["kind"] == "interruption")
            #expect(listed?[0]?["notice"]?["time"] == "1970-01-01T00:00:00Z")
            #expect(listed?[1]?["notice"] == .null)
            #expect(try await server.get("/workers").text.contains("<bdi>it goes &lt;soon&gt;</bdi>"))
            #expect(try await server.post("/v1/workers/w%201/drain").status == 202)
            #expect(try await server.get("/v1/workers").json["workers"]?[0]?["draining"] == true)
            #expect(try await server.post("/v1/workers/none/drain").status == 404)
        }
    }
}
