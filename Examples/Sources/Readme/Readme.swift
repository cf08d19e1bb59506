import JobCore
import JobExecutors
import JobSQLite

struct Resize: Codable, Sendable {
    var file: String
    var width: Int
}

struct Resized: Codable, Sendable {
    var file: String
}

/// The lines of the README, compiled; `Scripts/check` compares the two.
func embed() async throws -> Resized {
    // README begins
    let store = try await SQLiteQueue.open(path: "jobs.sqlite")
    let resize = JobHandler<Resize, Resized>("resize")

    var executors = ExecutorRegistry()
    executors.register(CommandExecutor(), for: BuiltInKind.command)
    executors.register(resize) { request, context in
        await context.progress(0.5, "half done")
        return Resized(file: "\(request.width)-\(request.file)")
    }
    let runner = JobRunner(store: store, executors: executors)  // a Service: add it to your service group

    let job = try await store.enqueue(resize, Resize(file: "cat.png", width: 320))
    let result = try await store.result(of: job)
    // README ends
    _ = runner
    return result
}
