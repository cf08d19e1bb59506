import JobCore
import JobTesting
import Testing
import XCTest

/// The bench under XCTest: the same calls, with a reporter that says where failures go.
final class XCTestUseTests: XCTestCase {
    func testARetryIsWaitedForOnTheManualClock() async throws {
        let bench = TestBench(reporter: IssueReporter { XCTFail("\($0)") })
        bench.fakes.on(.handler(charge), .throwing(Declined()), .returns(Receipt(id: 1, attempt: 2)))
        let job = try await bench.enqueue(charge, Order(id: 1)) { $0.retry.limit = 2 }

        let summary = try await bench.drain(includingScheduled: true)

        XCTAssertEqual(summary, DrainSummary(attempts: 2, succeeded: 1, retried: 1))
        XCTAssertEqual(bench.backoffs(of: job.id), [.seconds(1)])
        bench.expectEnqueued(charge)
        bench.expectAllScriptsPlayed()
    }

    func testAnUnexpectedCallIsReported() async throws {
        let reports = Reports()
        let bench = TestBench(reporter: reports.reporter)
        try await bench.enqueue(job(steps: "surprise"))
        try await bench.drain()
        XCTAssertEqual(reports.messages, ["nobody expected a call of step \"surprise\" (work), attempt 1"])
    }
}
