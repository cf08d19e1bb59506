import JobCore
import JobTesting
import Logging
import Testing

@Suite(.timeLimit(.minutes(1))) struct ScriptedExecutorTests {
    let reports = EventLog<StepProgress>()

    private func call(_ name: String, kind: String = "test", attempt: Int = 1) -> StepInvocation {
        StepInvocation(
            jobID: JobID(high: 1, low: 1), jobName: "job",
            step: StepSpec(name: name, action: .handler(HandlerAction(name: kind))), attempt: attempt,
            logger: Logger(label: "test"))
    }

    private func run(_ executor: ScriptedExecutor, _ call: StepInvocation) async throws -> StepOutput {
        try await executor.run(call) { reports.record($0) }
    }

    @Test func `each call plays the next script of its step`() async throws {
        let executor = ScriptedExecutor()
            .on(step: "a", .fail(StepFailure(.timeout, "slow")))
            .on(step: "a", .print("hello\n"), .progress(JobProgress(fraction: 1)), .succeed(StepOutput(exitCode: 0)))
            .on(step: "a", .snooze(.seconds(5)))
        await #expect(throws: StepFailure(.timeout, "slow")) { try await run(executor, call("a")) }
        #expect(try await run(executor, call("a", attempt: 2)) == StepOutput(exitCode: 0))
        await #expect(throws: SnoozeRequest(for: .seconds(5))) { try await run(executor, call("a", attempt: 3)) }
        #expect(reports.events == [.output(.stdout, Array("hello\n".utf8)), .progress(JobProgress(fraction: 1))])
        #expect(executor.invocations.map(\.attempt) == [1, 2, 3])
        #expect(executor.ended.map(\.how) == [.failed(.timeout), .succeeded, .snoozed])
        executor.verify()
    }

    @Test func `a step's own script comes before its kind's, and both before what always holds`() async throws {
        let executor = ScriptedExecutor()
            .always(kind: "test", .succeed(StepOutput(exitCode: 3)))
            .on(kind: "test", .succeed(StepOutput(exitCode: 2)))
            .on(step: "a", .succeed(StepOutput(exitCode: 1)))
        var codes: [Int?] = []
        for _ in 0..<4 { codes.append(try await run(executor, call("a")).exitCode) }
        #expect(codes == [1, 2, 3, 3])
        executor.verify()
    }

    @Test func `an unexpected call fails for good and is reported`() async throws {
        let executor = ScriptedExecutor()
        let error = await #expect(throws: StepFailure.self) { try await run(executor, call("a")) }
        #expect(error?.isRetryable == false)
        #expect(error?.message == "nobody expected a call of step \"a\" (test), attempt 1")
        #expect(executor.unexpected.map(\.step.name) == ["a"])
        withKnownIssue { executor.verify() }
    }

    @Test func `a script that was not played is reported`() {
        let executor = ScriptedExecutor().on(step: "a", .succeed())
        withKnownIssue { executor.verify() }
    }

    @Test func `a call waits in front of a gate until a test opens it`() async throws {
        let gate = Gate()
        let executor = ScriptedExecutor().on(step: "a", .wait(gate), .succeed(StepOutput(exitCode: 0)))
        async let output = run(executor, call("a"))
        try await gate.waitForArrivals()
        #expect(executor.ended.isEmpty)
        gate.open()
        #expect(try await output.exitCode == 0)
    }

    @Test func `a call that waits for its cancellation throws it`() async throws {
        let executor = ScriptedExecutor().on(step: "a", .waitUntilCancelled)
        let task = Task { try await run(executor, call("a")) }
        try await executor.waitForInvocations()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await executor.waitForEndings().map(\.how) == [.cancelled])
    }

    @Test func `a call can ignore its cancellation until a gate opens`() async throws {
        let gate = Gate()
        let executor = ScriptedExecutor().on(
            step: "a", .waitIgnoringCancellation(gate), .succeed(StepOutput(exitCode: 0)))
        let task = Task { try await run(executor, call("a")) }
        try await gate.waitForArrivals()
        task.cancel()
        #expect(executor.ended.isEmpty)
        gate.open()
        #expect(try await task.value.exitCode == 0)
    }

    @Test func `a stream of events starts with the first and goes on`() async {
        let log = EventLog<Int>()
        log.record(1)
        async let sum = log.stream().prefix(3).reduce(0, +)
        log.record(2)
        log.record(3)
        #expect(await sum == 6)
    }
}
