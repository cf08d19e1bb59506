import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ExpectationTests {
    @Test func `what was enqueued is found by any part of it`() async throws {
        let bench = TestBench()
        try await bench.enqueue(charge, Order(id: 7)) { spec in
            spec.queue = "money"
            spec.tags = ["team": "shop", "region": "eu"]
            spec.lane = "customer-3"
        }
        try await bench.enqueue(mail, Order(id: 8))

        bench.expectEnqueued(.job(named: "charge", queue: "money", tags: ["team": "shop"]), count: 1)
        bench.expectEnqueued(.job(lane: "customer-3", steps: ["charge"]))
        bench.expectEnqueued(.any, count: 2)
        #expect(bench.expectEnqueued(charge) { $0.id > 5 } == [Order(id: 7)])
        bench.expectEnqueued(.job(queue: "money").and(.calling(charge) { $0.id == 7 }))
        bench.expectNoneEnqueued(.job(named: "refund"))
        bench.expectNoneEnqueued(.calling(mail) { $0.id == 7 })
    }

    @Test func `a missing job is reported with how the others differ`() async throws {
        let reports = Reports()
        let bench = TestBench(reporter: reports.reporter)
        try await bench.enqueue(charge, Order(id: 7)) { $0.queue = "money" }

        bench.expectEnqueued(.job(named: "charge", queue: "mail", tags: ["team": "shop"]))
        bench.expectEnqueued(mail)
        bench.expectEnqueued(charge) { $0.id == 8 }
        bench.expectEnqueued(.any, count: 2)
        bench.expectNoneEnqueued()

        #expect(
            reports.messages[0]
                == "expected a job with name charge, queue mail, tags.team shop to be enqueued, found 0 among "
                + "charge: queue mail, not money; tags.team shop, not nothing")
        #expect(reports.messages[1].contains("charge: a call of mail, not steps of kind charge"))
        #expect(reports.messages[2].contains("charge: a call of charge, not calls with"))
        #expect(reports.messages[3].hasPrefix("expected 2 jobs with any job to be enqueued, found 1"))
        #expect(reports.messages[4].hasPrefix("expected no job with any job to be enqueued, found charge ("))
        #expect(reports.messages.count == 5)
    }

    @Test func `an id that was stored already is not enqueued again`() async throws {
        let bench = TestBench()
        let new = NewJob(job(steps: "a"))
        for _ in 0..<2 { _ = try await bench.store.enqueue([new]) }

        bench.expectEnqueued(.any, count: 1)
    }

    @Test func `a history that is not as expected is reported with its times`() async throws {
        let reports = Reports()
        let bench = TestBench(reporter: reports.reporter)
        let id = try await bench.enqueue(mail, Order(id: 1)).id

        bench.expectHistory(of: id, [.queued, .running])

        #expect(
            reports.messages == ["expected job \(id) to have been queued, running, found queued at \(bench.time.now)"])
    }

    @Test func `the history has what the queue decides by itself`() async throws {
        let bench = TestBench()
        let id = try await bench.enqueue(mail, Order(id: 1)) { $0.deadline = .seconds(60) }.id
        bench.time.advance(by: .seconds(61))
        bench.register(mail) { _, _ in NoOutput() }

        #expect(try await bench.drain() == DrainSummary(failed: 1))
        bench.expectHistory(of: id, [.queued, .failed])
        #expect(try await bench.job(id).failure?.code == .deadlineExceeded)
    }

    @Test func `failed expectations fail a Swift Testing test at their line`() async throws {
        let bench = TestBench()
        withKnownIssue {
            bench.expectEnqueued(.any)
        } matching: { issue in
            issue.sourceLocation?.fileID.hasSuffix("ExpectationTests.swift") == true
        }
    }

    @Test func `an unexpected call fails the test when it comes`() async throws {
        try await withKnownIssue {
            let bench = TestBench()
            let id = try await bench.enqueue(job(steps: "surprise")).id
            try await bench.drain()
            #expect(try await bench.status(of: id) == .failed)
        } matching: { issue in
            "\(issue)".contains("nobody expected a call of step \"surprise\" (work), attempt 1")
        }
    }

    @Test func `a script that was not played is reported with its line`() async throws {
        let reports = Reports()
        let bench = TestBench(reporter: reports.reporter)
        bench.fakes.on(.command("make"), .exit(0))
        bench.expectAllScriptsPlayed()
        #expect(reports.messages.first?.hasPrefix("a call of command make did not come, which line") == true)
    }

    @Test func `the result of a job that has not run is asked for in vain`() async throws {
        let bench = TestBench()
        let job = try await bench.enqueue(charge, Order(id: 1))
        let error = await #expect(throws: TestBenchError.self) { try await bench.result(of: job) }
        #expect(error?.description == "job charge has no result yet: it is queued; drive first")
    }
}
