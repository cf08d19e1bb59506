import JobCore
import JobTesting
import Shop
import Testing

/// Unit tests of handlers: no database, no time, no network, and the real runner all the same.
@Suite(.timeLimit(.minutes(1)))
struct OrderProcessingTests {
    let bench = TestBench()
    let payments = FakePayments()

    init() {
        let processing = OrderProcessing(store: bench.store, payments: payments)
        bench.register(OrderProcessing.charge) { try await processing.charge($0, $1) }
        bench.fakes.always(.handler(OrderProcessing.mail), .returns(NoOutput()))
    }

    @Test func `an accepted order is charged, and a mail is sent`() async throws {
        let job = try await OrderProcessing.accept(Order(id: 7, cents: 1_250), into: bench.store)
        bench.expectEnqueued(.job(queue: "orders", tags: ["order": "7"]), count: 1)
        bench.expectNoneEnqueued(.calling(OrderProcessing.mail))

        try await bench.drain()

        #expect(try await bench.result(of: job).payment == "payment of \(job.id)/0")
        #expect(try await bench.log(of: job.id) == "charged 1250 cents\n")
        bench.expectEnqueued(OrderProcessing.mail, count: 1) { $0.id == 7 }
    }

    @Test func `the same order is not taken twice`() async throws {
        let first = try await OrderProcessing.accept(Order(id: 7, cents: 1_250), into: bench.store)
        try await bench.drain()
        let again = try await OrderProcessing.accept(Order(id: 7, cents: 1_250), into: bench.store)

        #expect(again == first)
        #expect(try await bench.drain() == DrainSummary())
    }

    @Test func `a payment service that is away is asked again, at growing distances`() async throws {
        await payments.fail(with: FakePayments.ServiceAway(), FakePayments.ServiceAway())
        let job = try await OrderProcessing.accept(Order(id: 7, cents: 1_250), into: bench.store)

        let summary = try await bench.drain(includingScheduled: true)

        #expect(summary == DrainSummary(attempts: 4, succeeded: 2, retried: 2))
        #expect(bench.backoffs(of: job.id) == [.seconds(1), .seconds(2)])
        bench.expectHistory(
            of: job.id, [.queued, .running, .retrying, .running, .retrying, .running, .succeeded])
    }

    @Test func `a declined card ends the order at once`() async throws {
        await payments.fail(with: CardDeclined())
        let job = try await OrderProcessing.accept(Order(id: 7, cents: 1_250), into: bench.store)

        try await bench.drain(includingScheduled: true)

        #expect(try await bench.job(job.id).failure?.message == "the card was declined")
        #expect(await payments.calls == 1)
        bench.expectNoneEnqueued(.calling(OrderProcessing.mail))
    }

    @Test func `an order that is cancelled while it waits for a retry is charged no more`() async throws {
        await payments.fail(with: FakePayments.ServiceAway())
        let job = try await OrderProcessing.accept(Order(id: 7, cents: 1_250), into: bench.store)
        try await bench.wait(for: job.id, toBe: .retrying)

        try await bench.cancel(job.id)
        try await bench.drain(includingScheduled: true)

        #expect(try await bench.status(of: job.id) == .cancelled)
        #expect(await payments.taken.isEmpty)
    }

    @Test func `a crash after the money was taken neither takes it twice nor loses the order`() async throws {
        let worker = bench.worker
        await payments.afterCharge { worker.crash() }
        let job = try await OrderProcessing.accept(Order(id: 7, cents: 1_250), into: bench.store)
        try await bench.drain()
        #expect(try await bench.status(of: job.id) == .running)

        await payments.afterCharge {}
        try await bench.drain(includingScheduled: true)

        #expect(try await bench.attempts(of: job.id).map(\.outcome) == [.lost, .succeeded])
        #expect(await payments.calls == 2)
        #expect(await payments.taken == ["\(job.id)/0": 1_250])
        bench.expectEnqueued(OrderProcessing.mail, count: 1)
    }

    @Test func `a crash just before the result is stored repeats the handler, and the mail goes out once`()
        async throws
    {
        bench.worker.store.inject(.crash(.before, .settle))
        let job = try await OrderProcessing.accept(Order(id: 7, cents: 1_250), into: bench.store)

        try await bench.drain(includingScheduled: true)

        #expect(try await bench.status(of: job.id) == .succeeded)
        #expect(await payments.calls == 2)
        bench.expectEnqueued(OrderProcessing.mail, count: 1)
    }
}
