import JobClient
import JobCore
import JobHTTP
import JobSQLite
import JobTesting
import Synchronization
import Testing

/// Workers on a network that loses answers, and on one that goes away.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct FaultTests {
    @Test("with answers and requests lost at random, each job runs once and its log is whole", arguments: [1, 2, 3])
    func lostAnswers(seed: UInt64) async throws {
        try await SQLiteQueue.with { store in
            try await QueueServer.with(store) { server in
                try await FaultProxy.with(to: server.port, seed: seed) { proxy in
                    proxy.breakSome(answers: 0.15, requests: 0.05)
                    let begun = Mutex<[String: Int]>([:])
                    var executors = ExecutorRegistry()
                    executors.register(Printing { name in begun.withLock { $0[name, default: 0] += 1 } }, for: "work")
                    let total = 120
                    try await RemoteQueue.with(at: proxy.url, attempts: 30) { submitter in
                        try await RemoteQueue.with(at: proxy.url) { queue in
                            let ids = try await withThrowingTaskGroup(of: [JobID].self) { group in
                                for part in 0..<8 {
                                    group.addTask {
                                        var ids: [JobID] = []
                                        for number in 0..<total / 8 {
                                            ids.append(
                                                try await submitter.enqueue(.work("\(part)-\(number)", steps: 2)).id)
                                        }
                                        return ids
                                    }
                                }
                                return try await group.reduce(into: []) { $0 += $1 }
                            }
                            #expect(Set(ids).count == total)
                            #expect(try await store.counts().unfinished == total)
                            let runner = JobRunner(
                                store: queue, executors: executors,
                                configuration: .init(worker: "remote", concurrency: 16, stopsWhenEmpty: true))
                            try await runner.run()
                        }
                    }
                    proxy.breakSome(answers: 0)
                    #expect(proxy.faults > 20)
                    let jobs = try await store.page(JobFilter(), after: nil, limit: 1_000).jobs
                    #expect(jobs.count == total)
                    for job in jobs {
                        #expect(job.phase == .succeeded)
                        #expect(job.attempts.count == 1, "\(job.attempts)")
                        let log = try #require(await store.log(of: job.id, from: 0, limit: 1 << 20))
                        let text = log.entries.map(\.text).joined()
                        #expect(text == Printing.text(of: job.spec.name, steps: 2))
                    }
                    #expect(begun.withLock { $0.values.allSatisfy { $0 == 2 } && $0.count == total })
                }
            }
        }
    }

    @Test("a worker goes on while the server is away, and what it did arrives when it is back")
    func away() async throws {
        try await QueueServer.with(MemoryQueue()) { server in
            try await FaultProxy.with(to: server.port) { proxy in
                try await RemoteQueue.with(at: proxy.url, attempts: 1) { queue in
                    let started = Gate()
                    let mayGoOn = Gate()
                    var executors = ExecutorRegistry()
                    executors.register(JobHandler<Int, Int>("work")) { number, context in
                        await context.log("before")
                        started.open()
                        try await mayGoOn.wait()
                        await context.log("while away")
                        return number
                    }
                    let job = try await server.store.enqueue(JobHandler<Int, Int>("work"), 7)
                    let runner = JobRunner(
                        store: queue, executors: executors,
                        configuration: .init(worker: "remote", lease: .seconds(60), stopsWhenEmpty: true))
                    async let run: Void = runner.run()
                    try await started.wait()
                    proxy.setAway(true)
                    mayGoOn.open()
                    // It must have tried in vain at least once.
                    await #expect(throws: QueueError.self) { try await queue.job(job.id) }
                    #expect(try await server.store.job(job.id)?.isFinished == false)
                    proxy.setAway(false)
                    try await run
                    #expect(try await server.store.result(of: job) == 7)
                    let log = try #require(await server.store.log(of: job.id, from: 0, limit: 1 << 20))
                    #expect(log.entries.map(\.text).joined() == "before\nwhile away\n")
                    #expect(try await server.store.job(job.id)?.attempts.count == 1)
                }
            }
        }
    }

    @Test("a worker whose lease is gone stops its run, and writes nothing more")
    func lost() async throws {
        try await QueueServer.with(MemoryQueue()) { server in
            try await FaultProxy.with(to: server.port) { proxy in
                try await RemoteQueue.with(at: proxy.url, attempts: 1) { queue in
                    let started = Gate()
                    let stopped = Gate()
                    var executors = ExecutorRegistry()
                    executors.register(JobHandler<Int, Int>("work")) { number, context in
                        await context.log("first")
                        started.open()
                        await withTaskCancellationHandler {
                            try? await Gate().wait()
                        } onCancel: {
                            stopped.open()
                        }
                        await context.log("late")
                        return number
                    }
                    let id = try await server.store.enqueue(JobHandler<Int, Int>("work"), 7).id
                    let runner = JobRunner(
                        store: queue, executors: executors,
                        configuration: .init(worker: "remote", lease: .seconds(1), drainTimeout: .zero))
                    async let run: Void = runner.run()
                    try await started.wait()
                    proxy.setAway(true)
                    try await stopped.wait()
                    // Somebody else takes the job over, as the lease has expired.
                    var claims: [Claim] = []
                    while claims.isEmpty {
                        claims = try await server.store.claim(ClaimRequest(worker: "other", lease: .seconds(30)))
                    }
                    proxy.setAway(false)
                    runner.drain()
                    try await run
                    let job = try #require(await server.store.job(id))
                    #expect(job.lease?.worker == "other")
                    #expect(job.attempts.first?.outcome == .lost)
                    let log = try #require(await server.store.log(of: id, from: 0, limit: 1 << 20))
                    #expect(!log.entries.contains { $0.text.contains("late") })
                }
            }
        }
    }
}

/// Prints some lines that name the step; tells of each step that begins.
private struct Printing: JobExecutor {
    let begins: @Sendable (String) -> Void

    static let lines = 20

    func run(_ step: StepInvocation, reporting report: @escaping StepReporter) async throws -> StepOutput {
        begins(step.jobName)
        for line in 0..<Self.lines {
            await report(.output(.stdout, Array("\(step.jobName)/\(step.index)/\(line)\n".utf8)))
            await Task.yield()
        }
        return StepOutput(exitCode: 0)
    }

    static func text(of job: String, steps: Int) -> String {
        (0..<steps).flatMap { step in (0..<lines).map { "\(job)/\(step)/\($0)\n" } }.joined()
    }
}

extension JobSpec {
    /// A job of steps that the tests' executors run.
    static func work(_ name: String = "job", steps: Int = 1) -> JobSpec {
        var spec = JobSpec(name: name)
        spec.steps = (0..<steps).map {
            StepSpec(name: "step\($0)", action: .handler(HandlerAction(name: "work", input: .integer(Int64($0)))))
        }
        return spec
    }
}
