import JobCore
import JobHTTP
import JobTesting
import JobTransport
import Testing

/// Who may do what, over a real socket.
@Suite(.timeLimit(.minutes(1))) struct AccessTests {
    private static let tokens = JobService.Configuration(access: .tokens)

    @Test func withoutATokenNothingIsTold() async throws {
        try await LiveServer.with(service: Self.tokens) { server in
            for (method, path) in [
                ("GET", "/v1/jobs"), ("POST", "/v1/jobs"), ("GET", "/metrics"), ("GET", "/v1/events"),
            ] {
                let answer = try await server.send(HTTPMethod(rawValue: method), path)
                #expect(answer.status == 401)
                #expect(answer.headers["WWW-Authenticate"]?.hasPrefix("Bearer") ?? false)
            }
            #expect(try await server.get("/healthz").status == 200)
        }
    }

    @Test(arguments: [
        "", "Bearer", "Bearer x", "Bearer jk_000000000000_", "Basic abc", "Bearer jk__", "bearer jk_a_b_c",
        "Bearer jk_000000000000_0000000000000000000000000000000000000000000", "Bearer \u{FF}",
    ]) func aForgedTokenIsRefused(_ field: String) async throws {
        try await LiveServer.with(service: Self.tokens) { server in
            let answer = try await server.get("/v1/jobs", headers: ["Authorization": field])
            #expect(answer.status == 401)
        }
    }

    @Test func aSecretWithAnotherIDIsRefused() async throws {
        try await LiveServer.with(service: Self.tokens) { server in
            let one = try #require(try await server.bearing([.read]).token)
            let other = try #require(try await server.bearing([.read]).token)
            let mixed = one.split(separator: "_")[1]
            let secret = other.split(separator: "_")[2]
            let answer = try await server.get(
                "/v1/jobs", headers: ["Authorization": "Bearer jk_\(mixed)_\(secret)"])
            #expect(answer.status == 401)
        }
    }

    @Test func eachScopeAllowsItsOwnCalls() async throws {
        try await LiveServer.with(service: Self.tokens) { server in
            let reader = try await server.bearing([.read])
            let submitter = try await server.bearing([.submit])
            let admin = try await server.bearing([.admin])
            #expect(try await reader.get("/v1/jobs").status == 200)
            #expect(try await reader.post("/v1/jobs", Body.job()).status == 403)
            #expect(try await submitter.post("/v1/jobs", Body.job()).status == 201)
            #expect(try await submitter.get("/v1/jobs").status == 403)
            #expect(try await submitter.send(.patch, "/v1/queues/default", #"{"paused": true}"#).status == 403)
            #expect(try await admin.send(.patch, "/v1/queues/default", #"{"paused": true}"#).status == 200)
            #expect(try await admin.get("/v1/jobs").status == 200)
        }
    }

    @Test func anExpiredAndARevokedTokenAreRefused() async throws {
        let time = ManualTime()
        try await LiveServer.with(time: time.source, service: Self.tokens) { server in
            let short = try await server.bearing([.read], expiresAt: time.source.now + .seconds(60))
            #expect(try await short.get("/v1/jobs").status == 200)
            time.advance(by: .seconds(61))
            #expect(try await short.get("/v1/jobs").status == 401)
            let other = try await server.bearing([.read])
            #expect(try await other.get("/v1/jobs").status == 200)
            let id = try #require(other.token?.split(separator: "_")[1])
            #expect(try await server.store.revoke(String(id), at: time.source.now))
            time.advance(by: .seconds(3))
            #expect(try await other.get("/v1/jobs").status == 401)
        }
    }

    @Test func aClaimThatWaitsGetsNothingAfterItsTokenHasEnded() async throws {
        let time = ManualTime()
        try await LiveServer.with(time: time.source, service: Self.tokens) { server in
            let worker = try await server.bearing([.work], expiresAt: time.now + .seconds(10))
            let request = ClaimRequest(worker: "w", queues: ["default"], limit: 1, lease: .seconds(30))
            let message = ClaimMessage(request, name: "n", wait: .seconds(60), held: nil)
            async let answer = worker.post("/v1/queue/claim", String(decoding: message.encoded, as: UTF8.self))
            // Besides that of the event streams, which is longer.
            try await time.waitForSleepers(2)
            time.advance(by: .seconds(11))
            let id = try await server.store.enqueue(.call(in: "default")).id
            #expect(try await answer.json["claims"] == .array([]))
            #expect(try await server.store.job(id)?.lease == nil)
        }
    }

    @Test func aTokenOfAQueueSeesNoOther() async throws {
        try await LiveServer.with(service: Self.tokens) { server in
            let all = try await server.bearing([.admin])
            let narrow = try await server.bearing([.read, .submit], queues: ["mine"])
            let theirs = try #require(try await all.post("/v1/jobs", Body.job()).json.jobID)
            let mine = try await narrow.post("/v1/jobs", Body.job("mine", #", "queue": "mine""#))
            #expect(mine.status == 201)
            #expect(try await narrow.get("/v1/jobs/\(theirs)").status == 404)
            #expect(try await narrow.get("/v1/jobs/\(theirs)/logs").status == 404)
            #expect(try await narrow.post("/v1/jobs/\(theirs)/cancel").status == 404)
            #expect(try await narrow.get("/v1/queues/default").status == 404)
            #expect(try await narrow.post("/v1/jobs", Body.job()).status == 403)
            let listed = try await narrow.get("/v1/jobs?queue=default&queue=mine").json["jobs"]
            #expect(listed?[0]?.jobID == mine.json.jobID)
            #expect(listed?[1] == nil)
            let id = try #require(mine.json.jobID)
            let moved = try await narrow.send(
                .patch, "/v1/jobs/\(id)", #"{"queue": "default"}"#, headers: ["If-Match": "*"])
            #expect(moved.status == 403)
        }
    }

    @Test func aTokenOfAQueueLearnsNothingOfOthersFromNumbersAndWorkers() async throws {
        try await LiveServer.with(service: Self.tokens) { server in
            let jobs = try await server.store.enqueue(["a", "b"].map { NewJob(.call(in: $0)) }).map(\.id)
            let request = ClaimRequest(worker: "both", queues: ["a", "b"], limit: 2, lease: .seconds(30))
            #expect(try await server.store.claim(request).count == 2)
            for id in jobs { try await server.store.apply(.cancel(reason: nil), to: id) }
            for (name, queues) in [("both", ["a", "b"]), ("theirs", ["b"])] {
                _ = try await server.store.report(
                    WorkerReport(name: name, queues: queues, slots: 2, startedAt: TimeSource.system.now))
            }
            let narrow = try await server.bearing([.read, .work], queues: ["a"])
            let metrics = try await narrow.get("/metrics").text
            #expect(metrics.contains(#"queue="a""#) && !metrics.contains(#"queue="b""#))
            #expect(metrics.contains("jobkit_workers 1\n") && metrics.contains("jobkit_worker_slots_busy 1\n"))
            let mine: JSONValue = .array([.string(jobs[0].description)])
            for workers in [
                try await narrow.get("/v1/workers").json["workers"],
                try await narrow.post("/v1/queue/workers", "{}").json["workers"],
            ] {
                #expect(workers?[0]?["jobs"] == mine)
                #expect(workers?[1] == nil)
            }
            let asked = try await narrow.post("/v1/queue/cancel-requests", #"{"worker": "both"}"#)
            #expect(asked.json["jobs"] == mine)
            let bound = try await server.bearing([.read], attempt: AccessToken.Attempt(job: jobs[0], generation: 1))
            #expect(try await !bound.get("/metrics").text.contains("queue="))
        }
    }

    @Test func aTokenOfAQueueDoesNotReplaceAWorkerOfOthers() async throws {
        let time = ManualTime()
        try await LiveServer.with(time: time.source, service: Self.tokens) { server in
            let theirs = WorkerReport(name: "w", queues: ["a", "b"], slots: 2, startedAt: time.now)
            _ = try await server.store.report(theirs)
            let narrow = try await server.bearing([.work], queues: ["a"])
            func report(_ name: String) async throws -> Answer {
                let report = WorkerReport(name: name, queues: ["a"], slots: 1, startedAt: time.now)
                let body = String(decoding: report.encoded, as: UTF8.self)
                return try await narrow.post("/v1/queue/report", body)
            }
            let refused = try await report("w")
            #expect(refused.status == 409)
            #expect(refused.json["code"] == "busy")
            #expect(try await server.store.workers().map(\.report) == [theirs])
            for _ in 0..<2 { #expect(try await report("mine").status == 200) }
            // Whoever restarts a worker that was killed has not to wait for long.
            time.advance(by: .seconds(61))
            #expect(try await report("w").status == 200)
        }
    }

    @Test func anAdminOfAQueueDrainsOnlyItsOwnWorkers() async throws {
        try await LiveServer.with(service: Self.tokens) { server in
            for (name, queues) in [("mine", ["a"]), ("both", ["a", "b"]), ("theirs", ["b"]), ("idle", [])] {
                _ = try await server.store.report(
                    WorkerReport(name: name, queues: queues, slots: 1, startedAt: TimeSource.system.now))
            }
            let narrow = try await server.bearing([.admin], queues: ["a"])
            for name in ["both", "theirs", "idle", "none"] {
                #expect(try await narrow.post("/v1/workers/\(name)/drain").status == 404)
                let answer = try await narrow.post("/v1/queue/drain", #"{"worker": "\#(name)"}"#)
                #expect(answer.status == 200 && answer.json["isKnown"] == nil)
            }
            #expect(try await !server.store.workers().contains(where: \.isDraining))
            #expect(try await narrow.post("/v1/workers/mine/drain").status == 202)
            let all = try await server.bearing([.admin])
            #expect(try await all.post("/v1/workers/both/drain").status == 202)
        }
    }

    @Test func aTokenOfAWorkerReadsOnlyWhatItHolds() async throws {
        try await LiveServer.with(service: Self.tokens) { server in
            let all = try await server.bearing([.admin])
            let held = try #require(try await all.post("/v1/jobs", Body.job()).json.jobID)
            let request = ClaimRequest(worker: "w1", queues: ["default"], limit: 1, lease: .seconds(30))
            let claim = try #require(try await server.store.claim(request).first)
            let other = try #require(try await all.post("/v1/jobs", Body.job()).json.jobID)
            let bound = try await server.bearing([.work], worker: "w1")
            for path in ["", "/logs", "/artifacts", "/artifacts/a", "/steps/call/output", "/events"] {
                #expect(try await bound.get("/v1/jobs/\(other)\(path)").status == 404, "\(path)")
            }
            #expect(try await bound.get("/v1/jobs/\(held)").status == 200)
            #expect(try await bound.get("/v1/jobs/\(held)/logs").status == 200)
            try await server.store.apply(.released(claim.key, reason: "test"), to: held)
            #expect(try await bound.get("/v1/jobs/\(held)").status == 404)
        }
    }

    @Test func aTokenOfAnAttemptSeesOnlyItsJob() async throws {
        try await LiveServer.with(service: Self.tokens) { server in
            let all = try await server.bearing([.admin])
            let one = try #require(try await all.post("/v1/jobs", Body.job()).json.jobID)
            let other = try #require(try await all.post("/v1/jobs", Body.job()).json.jobID)
            let bound = try await server.bearing(
                [.read, .work], attempt: AccessToken.Attempt(job: one, generation: 1))
            #expect(try await bound.get("/v1/jobs/\(one)").status == 200)
            #expect(try await bound.get("/v1/jobs/\(other)").status == 404)
            #expect(try await bound.get("/v1/jobs").json["jobs"]?[1] == nil)
            let upload = try await bound.send(.put, "/v1/jobs/\(one)/artifacts/a", "x")
            #expect(upload.status == 400)
            let late = try await bound.send(
                .put, "/v1/jobs/\(one)/artifacts/a", "x", headers: ["Job-Worker": "w", "Job-Generation": "2"])
            #expect(late.status == 403)
        }
    }

    @Test func aWorkerUploadsUnderItsLeaseOnly() async throws {
        try await LiveServer.with(service: Self.tokens) { server in
            let submitter = try await server.bearing([.submit])
            let worker = try await server.bearing([.work])
            let id = try #require(try await submitter.post("/v1/jobs", Body.job()).json.jobID)
            let path = "/v1/jobs/\(id)/artifacts/a"
            #expect(try await submitter.send(.put, path, "of people").status == 201)
            #expect(try await worker.send(.put, path, "without a lease").status == 403)
            #expect(try await server.store.artifact(of: id, named: "a")?.bytes == Array("of people".utf8))
            let request = ClaimRequest(worker: "w", queues: ["default"], limit: 1, lease: .seconds(30))
            let claim = try #require(try await server.store.claim(request).first)
            let lease: HTTPHeaders = ["Job-Worker": "w", "Job-Generation": "\(claim.key.generation)"]
            #expect(try await submitter.send(.put, path, "x", headers: lease).status == 403)
            #expect(try await worker.send(.put, path, "of the worker", headers: lease).status == 201)
            let bound = try await server.bearing([.work], worker: "w")
            try await server.store.apply(.released(claim.key, reason: "test"), to: id)
            #expect(try await bound.send(.put, path, "late", headers: lease).status == 409)
        }
    }

    @Test func tooManyRequestsOfOneTokenAreRefused() async throws {
        let time = ManualTime()
        let configuration = JobService.Configuration(access: .tokens, requestsPerSecond: 3)
        try await LiveServer.with(time: time.source, service: configuration) { server in
            let one = try await server.bearing([.read])
            let other = try await server.bearing([.read])
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await one.get("/v1/queues").status) }
            #expect(statuses == [200, 200, 200, 429])
            var refusals: [Int] = []
            for _ in 0..<4 { refusals.append(try await other.post("/v1/jobs", Body.job()).status) }
            #expect(refusals == [403, 403, 403, 429])
            time.advance(by: .seconds(1))
            #expect(try await one.get("/v1/queues").status == 200)
            #expect(try await other.get("/v1/queues").status == 200)
        }
    }

    @Test func aCallerIsRefusedBeforeItsBodyHasCome() async throws {
        try await LiveServer.with(service: Self.tokens) { server in
            let connection = try RawConnection(port: server.port)
            connection.send("POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
            // Not one byte of the body was sent.
            let answer = await connection.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 401"))
            #expect(answer.lowercased().contains("connection: close"))
        }
    }
}

extension JobSpec {
    fileprivate static func call(in queue: String) -> JobSpec {
        let action = StepAction.http(HTTPAction(url: "http://example.org/"))
        return JobSpec(name: "job", queue: queue, steps: [StepSpec(name: "call", action: action)])
    }
}
