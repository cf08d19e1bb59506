import JobCore
import JobSQLite

/// The jobs of the benchmarks: they do nothing, so that all the time is ours.
enum Jobs {
    /// The kind of work.
    static let noop = JobHandler<Int, NoOutput>("noop")

    /// A job as a program makes it from a typed value.
    static func typed(_ number: Int) throws -> JobSpec {
        JobSpec(name: "noop", steps: [try noop.step(number, name: "step-0")])
    }

    /// The same job put together by hand, so that stores are measured without Foundation's encoder.
    static func spec(_ number: Int, steps: Int = 1) -> JobSpec {
        let action = StepAction.handler(HandlerAction(name: noop.name, input: .integer(Int64(number))))
        return JobSpec(name: "noop", steps: (0..<steps).map { StepSpec(name: "step-\($0)", action: action) })
    }

    /// What runs them.
    static var executors: ExecutorRegistry {
        var registry = ExecutorRegistry()
        registry.register(noop) { _, _ in NoOutput() }
        return registry
    }
}

extension JobQueue {
    /// Stores many jobs, 1,000 a call.
    func fill(_ count: Int, _ spec: (Int) throws -> JobSpec) async throws {
        var next = 0
        while next < count {
            let end = min(count, next + 1_000)
            _ = try await enqueue(try (next..<end).map { NewJob(try spec($0)) })
            next = end
        }
    }
}

/// Runs a store empty, while a body may fill it, and returns how many jobs a second that were.
func drain(
    _ store: some JobStore, count: Int, executors: ExecutorRegistry, concurrency: Int,
    filling: @escaping @Sendable () async throws -> Void = {}
) async throws -> Double {
    let time = try await seconds {
        async let filled: Void = filling()
        // A runner may find the store empty while it is still being filled; then the next one goes on.
        var isLast = false
        while !isLast {
            let counts = try await store.counts()
            isLast = counts.unfinished + counts.count(.succeeded) == count
            let runner = JobRunner(
                store: store, executors: executors,
                configuration: JobRunner.Configuration(concurrency: concurrency, stopsWhenEmpty: true))
            try await runner.run()
        }
        try await filled
    }
    let succeeded = try await store.counts().count(.succeeded)
    guard succeeded == count else { throw BenchError("\(succeeded) of \(count) jobs succeeded") }
    return Double(count) / time
}

/// Calls a body with a new durable store, which is removed afterwards.
func withStore<Value>(_ body: (SQLiteQueue) async throws -> Value) async throws -> Value {
    let store = try await SQLiteQueue.temporary()
    do {
        let value = try await body(store)
        try await store.close()
        return value
    } catch {
        try? await store.close()
        throw error
    }
}
