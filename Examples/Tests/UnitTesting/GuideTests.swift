import JobCore
import JobExecutors
import JobTesting
import JobTransport
import Shop
import Testing

/// The lines of `Docs/testing.md`.
@Suite(.timeLimit(.minutes(1)))
struct GuideTests {
    struct ServiceAway: Error {}

    @Test func `a first test`() async throws {
        let bench = TestBench()
        bench.register(OrderProcessing.charge) { order, context in
            if context.attempt < 3 { throw ServiceAway() }
            return Receipt(payment: "p-\(order.id)")
        }
        let job = try await bench.enqueue(OrderProcessing.charge, Order(id: 7, cents: 1_250)) { $0.retry.limit = 3 }

        let summary = try await bench.drain(includingScheduled: true)

        #expect(summary == DrainSummary(attempts: 3, succeeded: 1, retried: 2))
        #expect(try await bench.result(of: job) == Receipt(payment: "p-7"))
        #expect(bench.backoffs(of: job.id) == [.seconds(1), .seconds(2)])
        bench.expectHistory(of: job.id, [.queued, .running, .retrying, .running, .retrying, .running, .succeeded])
    }

    @Test func `steps of all kinds`() async throws {
        let bench = TestBench()
        bench.fakes
            .on(.command("make", "report"), .stdout("compiling\n"), .delay(.seconds(5)), .stderr("no rule\n"), .exit(2))
            .on(.command("make", "report"), .ignoreTermination(for: .seconds(3_600)))
            .on(.http("PUT", "https://example.org/report"), .respond(503), .connectionReset, .hang, .respond(201))
            .on(.container("alpine:3.20"), .pullFails(), .outOfMemory, .exit(0))
            .on(.script("deploy"), .exit(0))
            .on(.handler(OrderProcessing.charge) { $0.id == 7 }, .returns(Receipt(payment: "p")))
            .always(.step("clean up"), .succeed())
        bench.expectNoneEnqueued()
    }

    @Test func `the real HTTP executor`() async throws {
        let bench = TestBench()
        let transport = ScriptedTransport([
            .on(.get, "https://example.org/", respond: 429, headers: ["Retry-After": "120"]),
            .on(.get, "https://example.org/", respond: 200, body: "{\"ok\": true}"),
        ])
        bench.register(HTTPExecutor(transport: transport, time: bench.time.source), for: BuiltInKind.http)
        let step = StepSpec(name: "get", action: .http(HTTPAction(url: "https://example.org/")))
        let job = try await bench.enqueue(JobSpec(name: "get", steps: [step]))

        try await bench.drain(includingScheduled: true)

        #expect(bench.backoffs(of: job.id) == [.seconds(120)])
        try transport.verifyComplete()
    }

    @Test func `one step at a time`() async throws {
        let bench = TestBench()
        bench.fakes.on(.command("make"), .exit(0)).on(.script("deploy"), .exit(1))
        let job = try await bench.enqueue(
            JobSpec(
                name: "release",
                steps: [
                    StepSpec(name: "build", action: .command(CommandAction(.argv(["make"])))),
                    StepSpec(name: "deploy", action: .script(ScriptAction(directory: "deploy"))),
                ]))

        #expect(try await bench.runStep()?.cursor == 1)
        #expect(bench.fakes.invocations.map(\.step.name) == ["build"])
        #expect(try await bench.runStep()?.phase == .failed)
        #expect(try await bench.attempts(of: job.id).map(\.outcome) == [.released, .failed])
        bench.expectAllScriptsPlayed()
    }

    @Test func `time`() async throws {
        let bench = TestBench()
        bench.fakes.on(.handler(OrderProcessing.mail), .delay(.seconds(30)), .returns(NoOutput()))
        let job = try await bench.enqueue(OrderProcessing.mail, Order(id: 1, cents: 1)) { spec in
            spec.notBefore = bench.time.now + .seconds(3_600)
        }

        try await bench.advance(by: .seconds(3_599))
        #expect(try await bench.status(of: job.id) == .scheduled)
        try await bench.advance(by: .seconds(1))
        #expect(try await bench.status(of: job.id) == .running)
        try await bench.wait(for: job.id, toBe: .succeeded)
        #expect(bench.history(of: job.id).last?.time == bench.time.now)
    }

    @Test func `faults`() async throws {
        let bench = TestBench()
        bench.fakes.always(.handler(OrderProcessing.mail), .returns(NoOutput()))
        bench.store.inject(.fail(.enqueue, call: 2))
        bench.worker.store.inject(.fail(.claim, calls: 1...3))
        bench.worker.store.inject(.loseReply(to: .settle))
        bench.worker.store.inject(.deliverTwice(.settle, call: 2))
        bench.worker.store.inject(.crash(.before, .settle, call: 3))
        bench.worker.store.inject(.crash(.after, .heartbeat))
        bench.addWorker("late", clockOffset: .seconds(-3_600))

        try await bench.enqueue(OrderProcessing.mail, Order(id: 1, cents: 1))
        await #expect(throws: QueueError.self) {
            try await bench.enqueue(OrderProcessing.mail, Order(id: 2, cents: 1))
        }
        try await bench.drain(includingScheduled: true)
        bench.expectEnqueued(OrderProcessing.mail, count: 1)
    }
}
