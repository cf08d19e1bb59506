import JobCore
import JobTesting
import Synchronization
import Testing

/// A runner on a memory queue under a clock that stands still, for one test.
final class RunnerFixture: Sendable {
    private struct Settings {
        var executors = ExecutorRegistry()
        var configuration = JobRunner.Configuration(worker: "w1")
    }

    let time = ManualTime()
    let queue: MemoryQueue
    private let settings = Mutex(Settings())

    init() {
        queue = MemoryQueue(time: time.source)
        configuration = JobRunner.Configuration(worker: "w1", concurrency: 4)
    }

    var executors: ExecutorRegistry {
        get { settings.withLock { $0.executors } }
        set { settings.withLock { $0.executors = newValue } }
    }

    var configuration: JobRunner.Configuration {
        get { settings.withLock { $0.configuration } }
        set {
            settings.withLock { settings in
                settings.configuration = newValue
                // So that no sleeper is ever due for it, and a test that waits for one waits for the right one.
                settings.configuration.pruneInterval = .seconds(1_000_000_000)
            }
        }
    }

    /// Registers what a handler named `kind` does.
    func handle(
        _ kind: String,
        _ body: @escaping @Sendable (StepInvocation, StepReporter) async throws -> StepOutput
    ) {
        executors.register(ClosureExecutor(body: body), for: kind)
    }

    static func step(_ name: String, kind: String = "work", retry: RetryOptions = RetryOptions()) -> StepSpec {
        StepSpec(name: name, action: .handler(HandlerAction(name: kind)), retry: retry)
    }

    static func spec(_ steps: StepSpec...) -> JobSpec { JobSpec(name: "job", steps: steps) }

    /// Runs a body beside a runner, and shuts the runner down afterwards.
    @discardableResult
    func run<Value: Sendable>(
        on store: (some JobStore)? = Optional<MemoryQueue>.none, _ body: @Sendable (JobRunner) async throws -> Value
    ) async throws -> Value {
        let runner =
            if let store {
                JobRunner(store: store, executors: executors, configuration: configuration, time: time.source)
            } else {
                JobRunner(store: queue, executors: executors, configuration: configuration, time: time.source)
            }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            let value = try await body(runner)
            runner.drain()
            try await group.waitForAll()
            return value
        }
    }

    /// Waits until a job has its outcome, and returns it.
    func finished(_ id: JobID) async throws -> Job {
        try #require(try await queue.finished(id))
    }

    /// Waits until a job looks a certain way.
    func job(_ id: JobID, where matches: (Job) -> Bool) async throws -> Job {
        let signals = queue.signals(for: .job(id))
        while true {
            let job = try #require(try await queue.job(id))
            if matches(job) { return job }
            for await _ in signals { break }
        }
    }

    /// What a job has in its log.
    func text(of id: JobID) async throws -> [String] {
        try #require(try await queue.log(of: id, from: 0, limit: 1_000)).entries.map(\.text)
    }

    func status(_ id: JobID) async throws -> JobStatus {
        try #require(try await queue.job(id)).status(at: time.now)
    }
}

struct ClosureExecutor: JobExecutor {
    let body: @Sendable (StepInvocation, StepReporter) async throws -> StepOutput

    func run(
        _ step: StepInvocation, reporting report: @escaping StepReporter
    ) async throws -> StepOutput {
        try await body(step, report)
    }
}
