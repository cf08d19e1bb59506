import JobCore
import JobTesting
import OutsiderQueue
import Testing

/// The contract of queues, put to a queue that JobKit does not know.
@Suite(.timeLimit(.minutes(1)))
struct ConformanceTests {
    @Test(arguments: QueueConformance.all)
    func conforms(_ check: QueueCheck<any JobQueue>) async throws {
        try await check.run { ArrayQueue(time: $0.source) }
    }

    @Test func `the runner works on it`() async throws {
        let queue = ArrayQueue()
        let fakes = ScriptedExecutor().on(.command("make"), .stdout("compiling\n"), .exit(0))
        var executors = ExecutorRegistry()
        executors.register(fakes, for: BuiltInKind.command)
        let job = try await queue.enqueue(
            JobSpec(
                name: "build", steps: [StepSpec(name: "make", action: .command(CommandAction(.argv(["make"]))))]))

        let runner = JobRunner(queue: queue, executors: executors)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            try await fakes.waitForEndings()
            runner.drain()
            try await group.waitForAll()
        }

        #expect(await queue.job(job.id)?.phase == .succeeded)
        fakes.verify()
    }
}
