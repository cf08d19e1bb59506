import JobCore
import JobHTTP
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct SubmissionTests {
    @Test func aJobIsStoredAndCanBeRead() async throws {
        try await LiveServer.with { server in
            let created = try await server.post("/v1/jobs", Body.job("first"))
            #expect(created.status == 201)
            let id = try #require(created.json.jobID)
            #expect(created.headers["Location"] == "/v1/jobs/\(id)")
            #expect(try await server.store.job(id)?.spec.name == "first")
            let read = try await server.get("/v1/jobs/\(id)")
            #expect(read.status == 200)
            #expect(read.json["status"] == "queued")
            #expect(read.headers["ETag"] == created.headers["ETag"])
        }
    }

    @Test func aRefusedJobNamesEachFieldAndStoresNothing() async throws {
        try await LiveServer.with { server in
            let answer = try await server.post(
                "/v1/jobs", #"{"jobs": [\#(Body.job()), {"name": "", "steps": [{"name": "a", "http": {}}]}]}"#)
            #expect(answer.status == 422)
            #expect(answer.headers["Content-Type"] == "application/problem+json")
            guard case .array(let errors)? = answer.json["errors"] else {
                Issue.record("no errors")
                return
            }
            #expect(errors.compactMap { $0["path"]?.stringValue } == ["jobs[1].steps[0].http.url", "jobs[1].name"])
            #expect(try await server.store.page(JobFilter(), after: nil, limit: 10).jobs.isEmpty)
        }
    }

    @Test func aListOfJobsIsABatch() async throws {
        try await LiveServer.with { server in
            let answer = try await server.post("/v1/jobs", "[\(Body.job("a")), \(Body.job("b"))]")
            #expect(answer.status == 201)
            #expect(answer.json["jobs"]?[0]?["name"] == "a" && answer.json["jobs"]?[1]?["name"] == "b")
            let bad = try await server.post("/v1/jobs", #"[\#(Body.job("a")), {"name": "b"}]"#)
            #expect(bad.status == 422)
            #expect(bad.json["errors"]?[0]?["path"] == "jobs[1].steps")
        }
    }

    @Test func theSameIdempotencyKeyIsTheSameJob() async throws {
        try await LiveServer.with { server in
            let first = try await server.post("/v1/jobs", Body.job(), headers: ["Idempotency-Key": "k1"])
            let second = try await server.post("/v1/jobs", Body.job(), headers: ["Idempotency-Key": "k1"])
            let third = try await server.post("/v1/jobs", Body.job(), headers: ["Idempotency-Key": "k2"])
            let other = try await server.post("/v1/jobs", Body.job("other"), headers: ["Idempotency-Key": "k1"])
            #expect([first.status, second.status, third.status, other.status] == [201, 200, 201, 422])
            #expect(first.json.jobID == second.json.jobID)
            #expect(first.json.jobID != third.json.jobID)
            #expect(other.json["code"] == "idempotencyKeyReused")
        }
    }

    @Test func aKeyWithMoreOrFewerJobsIsRefusedAndStoresNothing() async throws {
        try await LiveServer.with { server in
            func submit(_ names: String...) async throws -> Answer {
                let body = "{\"jobs\": [\(names.map { Body.job($0) }.joined(separator: ", "))]}"
                return try await server.post("/v1/jobs", body, headers: ["Idempotency-Key": "k"])
            }
            #expect(try await submit("a", "b").status == 201)
            #expect(try await submit("a", "b").status == 200)
            for answer in [try await submit("a", "b", "c"), try await submit("a"), try await submit("a", "x", "c")] {
                #expect(answer.status == 422)
                #expect(answer.json["code"] == "idempotencyKeyReused")
            }
            #expect(try await server.store.page(JobFilter(), after: nil, limit: 10).jobs.count == 2)
        }
    }

    @Test func aRepeatedJobWhoseUniqueKeyWasHeldIsTheHolder() async throws {
        try await LiveServer.with { server in
            let unique = #", "uniqueKey": "u""#
            let holder = try await server.post("/v1/jobs", Body.job("holder", unique)).json.jobID
            let body = "{\"jobs\": [\(Body.job("a")), \(Body.job("b", unique))]}"
            for status in [201, 200] {
                let answer = try await server.post("/v1/jobs", body, headers: ["Idempotency-Key": "k"])
                #expect(answer.status == status)
                #expect(answer.json["jobs"]?[1]?.jobID == holder)
            }
        }
    }

    @Test func anIDOfOthersKeepsAWholeBatchOut() async throws {
        try await LiveServer.with(service: JobService.Configuration(access: .tokens)) { server in
            let theirs = try await server.store.enqueue(JobSpec(name: "theirs", steps: [])).id
            let narrow = try await server.bearing([.submit], queues: ["mine"])
            let jobs = [theirs, JobID()].map {
                #"{"id": "\#($0)", "spec": {"name": "x", "queue": "mine", "steps": []}}"#
            }
            let answer = try await narrow.post("/v1/queue/enqueue", "{\"jobs\": [\(jobs.joined(separator: ","))]}")
            #expect(answer.status == 409)
            #expect(try await server.store.page(JobFilter(), after: nil, limit: 10).jobs.map(\.id) == [theirs])
        }
    }

    @Test func theQueueProtocolHasTheLimitsOfTheOtherCalls() async throws {
        try await LiveServer.with { server async throws in
            let long = String(repeating: " ", count: 2 << 20)
            for call in ["page", "enqueue", "claim", "job", "report"] {
                #expect(try await server.post("/v1/queue/\(call)", "{}\(long)").status == 413, "\(call)")
            }
            // What workers have made may be longer.
            #expect(try await server.post("/v1/queue/apply", #"{"events": []}"# + long).status == 200)
            func enqueue(_ count: Int) async throws -> Int {
                let jobs = (0..<count).map { _ in NewJob(JobSpec(name: "x", steps: [])) }
                let body = String(decoding: EnqueueRequest(jobs: jobs).encoded, as: UTF8.self)
                return try await server.post("/v1/queue/enqueue", body).status
            }
            #expect(try await enqueue(1_001) == 422)
            #expect(try await server.store.page(JobFilter(), after: nil, limit: 1).jobs.isEmpty)
            #expect(try await enqueue(1_000) == 200)
        }
    }

    @Test func whatTheServerDoesNotRunIsNotStored() async throws {
        try await LiveServer.with { server in
            let answer = try await server.post(
                "/v1/jobs", #"{"name": "x", "steps": [{"name": "a", "command": {"argv": ["true"]}}]}"#)
            #expect(answer.status == 403)
            #expect(answer.json["errors"]?[0]?["path"] == "steps[0].command.argv")
        }
    }
}
