import JobCore
import JobTesting
import OutsiderExecutor
import Testing

@Suite(.timeLimit(.minutes(1)))
struct WaitForExecutorTests {
    let bench = TestBench()
    let start: Timestamp

    init() {
        let clock = bench.time.source
        let start = clock.now
        self.start = start
        bench.register(
            WaitForExecutor(time: clock) { what in
                if what == "nothing" { return false }
                return clock.now >= start + .seconds(12)
            },
            for: WaitForExecutor.kind)
    }

    @Test func `it asks until the thing is there, and says so`() async throws {
        let job = try await bench.enqueue(JobSpec(name: "import", steps: [WaitForExecutor.step("data.csv")]))

        try await bench.drain()

        #expect(try await bench.job(job.id).steps[0].output?.json?["asked"] == 4)
        #expect(bench.time.now - start == .seconds(15))
        #expect(try await bench.log(of: job.id).hasPrefix("data.csv is not there yet\n"))
    }

    @Test func `a cancel ends it in the middle of a pause`() async throws {
        let job = try await bench.enqueue(JobSpec(name: "import", steps: [WaitForExecutor.step("nothing")]))
        try await bench.advance(by: .seconds(61))
        #expect(try await bench.status(of: job.id) == .running)

        try await bench.cancel(job.id)
        try await bench.drain()

        #expect(try await bench.status(of: job.id) == .cancelled)
        #expect(bench.time.now - start == .seconds(61))
    }

    @Test func `a step that does not say what it waits for fails for good`() async throws {
        let step = StepSpec(name: "wait", action: .handler(HandlerAction(name: WaitForExecutor.kind)))
        let job = try await bench.enqueue(JobSpec(name: "import", steps: [step]))
        try await bench.drain()
        #expect(try await bench.job(job.id).failure?.code == .invalidStep)
    }
}
