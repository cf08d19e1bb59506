import GRDB
import JobCore
import JobExecutors
import JobSQLite
import Logging

// Compiled, not run: the lines that Docs/embedding.md shows.

func theParts(logger: Logger) async throws -> JobRunner {
    let store = try await SQLiteQueue.open(path: "jobs.sqlite")

    var executors = ExecutorRegistry()
    executors.register(CommandExecutor(), for: BuiltInKind.command)

    let runner = JobRunner(
        store: store, executors: executors,
        configuration: JobRunner.Configuration(queues: ["default", "mail"], concurrency: 8), logger: logger)
    return runner
}

func machineTakenAway(_ runner: JobRunner, at end: Timestamp) {
    let notice = WorkerNotice(.interruption, at: end, message: "spot interruption")
    runner.interrupt(notice, hardStop: end - .seconds(20))
}

struct Resize: Codable, Sendable { var file: String; var width: Int }
struct Resized: Codable, Sendable { var file: String }

let resize = JobHandler<Resize, Resized>("resize")

func typedWork(_ store: SQLiteQueue, _ executors: inout ExecutorRegistry) async throws -> Resized {
    executors.register(resize) { request, context in
        guard request.width > 0 else { throw StepFailure.permanent("an image needs a width") }
        await context.log("resizing \(request.file)")
        await context.progress(0.5, "half done")
        return Resized(file: "\(request.width)-\(request.file)")
    }

    let job = try await store.enqueue(resize, Resize(file: "cat.png", width: 320)) { $0.queue = "images" }
    let result = try await store.result(of: job)
    return result
}

struct Fetch: Codable, Sendable { var url: String }
struct Convert: Codable, Sendable {}
let fetch = JobHandler<Fetch, NoOutput>("fetch")
let convert = JobHandler<Convert, NoOutput>("convert")

func severalSteps(_ store: SQLiteQueue, url: String) async throws {
    try await store.enqueue(
        JobSpec(
            name: "import",
            steps: [
                try fetch.step(Fetch(url: url), retry: RetryOptions(limit: 5)),
                try convert.step(Convert()),  // context.output(of: "fetch")
                StepSpec(name: "publish", action: .command(CommandAction(.argv(["publish", "--all"])))),
            ]))
}

struct Tick: Codable, Sendable { var due: Int64 }
let report = JobHandler<Tick, NoOutput>("report")

func everyDay(
    _ store: SQLiteQueue, _ executors: inout ExecutorRegistry, makeReport: @escaping @Sendable () async throws -> Void
) {
    executors.register(report) { tick, _ in
        let next = Tick(due: tick.due + 86_400)
        try await store.enqueue(report, next) {
            $0.notBefore = Timestamp(seconds: next.due)
            $0.unique = UniqueKey("report-\(next.due)", while: Set(UniqueKey.Phase.allCases))
        }
        try await makeReport()
        return NoOutput()
    }
}

struct Order: Codable, PersistableRecord { var id: Int64; var picture: String }

func ownTransaction(_ pool: DatabasePool, _ order: Order) async throws {
    var migrator = DatabaseMigrator()
    SQLiteSchema.registerMigrations(in: &migrator)
    try migrator.migrate(pool)

    let queue = try await SQLiteQueue.over(pool)
    try await pool.write { db in
        try order.insert(db)
        try queue.enqueue(resize, Resize(file: order.picture, width: 320), in: db)
    }
}

func changingThings(_ store: SQLiteQueue, _ job: Job) async throws {
    let id = job.id
    try await store.apply(.edit(JobEdit(priority: -10, tags: ["team": "data"]), ifVersion: job.version), to: id)
    try await store.apply(.cancel(reason: "not needed"), to: id)
    try await store.apply(.retry, to: id)
    _ = try await store.delete([id])  // finished jobs only
    try await store.setQueueSettings(NamedQueueSettings(isPaused: true), for: "reports")
    try await store.setQueueSettings(NamedQueueSettings(concurrency: 2), for: "mail")
    _ = try await store.drain(worker: "host:123:abc")  // of store.workers()
}
