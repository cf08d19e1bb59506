import JobCore
import JobTesting
import Shop
import Testing
import XCTest

/// The same under XCTest, whose failures a reporter is told of.
final class OrderProcessingXCTests: XCTestCase {
    func testAnAcceptedOrderIsStored() async throws {
        let bench = TestBench(reporter: IssueReporter { XCTFail("\($0)") })
        try await OrderProcessing.accept(Order(id: 7, cents: 1_250), into: bench.store)
        bench.expectEnqueued(OrderProcessing.charge) { $0.cents == 1_250 }
        bench.fakes.on(.handler(OrderProcessing.charge), .returns(Receipt(payment: "p")))
        let summary = try await bench.drain()
        XCTAssertEqual(summary.succeeded, 1)
        bench.expectAllScriptsPlayed()
    }
}
