import JobCore
import JobExecutors
import JobSQLite

/// A plain program with a durable job runner inside: it stores a job, runs it, and looks at what came out.
@main
struct Embedding {
    static func main() async throws {
        let store = try await SQLiteQueue.temporary()

        let job = try await store.enqueue(
            JobSpec(
                name: "greeting",
                steps: [
                    StepSpec(name: "who", action: .command(CommandAction(.argv(["id", "-un"])))),
                    StepSpec(name: "greet", action: .command(CommandAction(.shell("echo hello from $JOB_NAME")))),
                ]))

        var executors = ExecutorRegistry()
        executors.register(CommandExecutor(), for: BuiltInKind.command)
        // A server would keep the runner in its service group; this program ends when everything is done.
        let runner = JobRunner(
            store: store, executors: executors, configuration: JobRunner.Configuration(stopsWhenEmpty: true))
        try await runner.run()

        let done = try await store.job(job.id)
        let log = try await store.log(of: job.id, from: 0, limit: 10_000)
        print("status:", done?.phase.rawValue ?? "gone")
        print("log:", log?.entries.map(\.text).joined() ?? "")
        try await store.close()
        precondition(done?.phase == .succeeded, "the job should have succeeded")
    }
}
