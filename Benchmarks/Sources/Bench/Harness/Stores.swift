import JobCore
import JobSQLite

/// The jobs of the benchmarks: they do nothing, so that all the time is ours.
enum Jobs {
    /// The kind of work.
    static let noop = JobHandler<Int, NoOutput>("noop")

    static func spec(_ number: Int, steps: Int = 1) throws -> JobSpec {
        JobSpec(name: "noop", steps: try (0..<steps).map { try noop.step(number, name: "step-\($0)") })
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

/// Runs a store empty and returns how many jobs a second that were.
func drain(
    _ store: some JobStore, count: Int, executors: ExecutorRegistry, concurrency: Int
) async throws -> Double {
    let runner = JobRunner(
        store: store, executors: executors,
        configuration: JobRunner.Configuration(concurrency: concurrency, stopsWhenEmpty: true))
    let time = try await seconds { try await runner.run() }
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
