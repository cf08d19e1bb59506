import GRDB
import JobCore
import JobSQLite
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SharingTests {
    @Test("two queues on one file never claim the same job")
    func disjointClaims() async throws {
        try await Folder.with { folder in
            let queues = [
                try await SQLiteQueue.open(path: folder.store), try await SQLiteQueue.open(path: folder.store),
            ]
            _ = try await queues[0].enqueue((0..<400).map { _ in NewJob(.test()) })
            let claimed = try await withThrowingTaskGroup(of: [JobID].self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var taken: [JobID] = []
                        while true {
                            let claims = try await queues[worker % 2].take(7, as: "worker\(worker)")
                            if claims.isEmpty { return taken }
                            for claim in claims { try await queues[worker % 2].complete(claim) }
                            taken += claims.map(\.job.id)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 400)
            #expect(Set(claimed).count == 400)
            #expect(try await queues[1].counts().count(.succeeded) == 400)
            for queue in queues { try await queue.close() }
        }
    }

    @Test("a queue sees what another one did to the jobs that it holds")
    func rememberedJobs() async throws {
        try await Folder.with { folder in
            let mine = try await SQLiteQueue.open(path: folder.store)
            let other = try await SQLiteQueue.open(path: folder.store)
            let id = try await mine.enqueue(.test()).id
            let claim = try #require(try await mine.take().first)
            try await other.apply(.cancel(), to: id)
            let job = try await mine.apply(.heartbeat(claim.key, lease: .seconds(60)), to: id)
            #expect(job.state == .running(try #require(job.lease), cancelRequested: true))
            #expect(try await mine.cancelRequests(for: "worker") == [id])
            try await other.apply(.released(claim.key, reason: "test"), to: id)
            await #expect(throws: TransitionRefused.alreadyFinished(.cancelled)) {
                try await mine.apply(.succeeded(claim.key), to: id)
            }
            try await mine.close()
            try await other.close()
        }
    }

    @Test("work that another connection stores is signalled")
    func signalAcrossConnections() async throws {
        try await Folder.with { folder in
            let waiting = try await SQLiteQueue.open(path: folder.store)
            let other = try await SQLiteQueue.open(path: folder.store)
            for _ in 0..<3 {
                let signals = waiting.signals(for: .work(queues: ["default"]))
                let id = try await other.enqueue(.test()).id
                let claim = try await waiting.nextClaim(after: signals)
                #expect(claim.job.id == id)
                try await waiting.complete(claim)
            }
            try await waiting.close()
            try await other.close()
        }
    }

    @Test("a job that another process stores is signalled and can be claimed")
    func anotherProcess() async throws {
        try await Folder.with { folder in
            let path = folder.store
            let queue = try await SQLiteQueue.open(path: path)
            let signals = queue.signals(for: .work(queues: ["default"]))
            await #expect(processExitsWith: .success) { [path = path as String] in
                let other = try await SQLiteQueue.open(path: path)
                try await other.enqueue(.test("from outside"))
                try await other.close()
            }
            #expect(try await queue.nextClaim(after: signals).job.spec.name == "from outside")
            try await queue.close()
        }
    }

    @Test("closing ends signal streams, and later calls say that the queue is closed")
    func closing() async throws {
        let queue = try await SQLiteQueue.temporary()
        var signals = queue.signals(for: .everything).makeAsyncIterator()
        try await queue.close()
        try await queue.close()
        #expect(await signals.next() == nil)
        #expect(try await queueError { try await queue.enqueue(.test()) }.code == .closed)
        #expect(try await queueError { _ = try await queue.counts() }.code == .closed)
    }

    @Test("jobs stored in the caller's transaction come and go with it")
    func callersTransaction() async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            try await pool.write { try $0.execute(sql: "CREATE TABLE orders (id INTEGER PRIMARY KEY)") }
            let queue = try await SQLiteQueue.over(pool)
            var signals = queue.signals(for: .work(queues: ["default"])).makeAsyncIterator()
            try await pool.write { db in
                try db.execute(sql: "INSERT INTO orders DEFAULT VALUES")
                try queue.enqueue([NewJob(.test("kept"))], in: db)
            }
            await signals.next()
            struct Undo: Error {}
            await #expect(throws: Undo.self) {
                try await pool.write { db in
                    try db.execute(sql: "INSERT INTO orders DEFAULT VALUES")
                    try SQLiteQueue.enqueue([NewJob(.test("undone"))], in: db)
                    throw Undo()
                }
            }
            #expect(try await queue.page(JobFilter(), after: nil, limit: 10).jobs.map(\.spec.name) == ["kept"])
            #expect(try await queue.counts().count(.queued) == 1)
            #expect(try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM orders") } == 1)
            try await queue.close()
            #expect(try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM jobs") } == 1)
        }
    }

    @Test("typed work is stored in the caller's transaction as well")
    func typedWork() async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool)
            let double = JobHandler<Int, Int>("double")
            let job = try await pool.write { db in try queue.enqueue(double, 21, in: db) { $0.queue = "numbers" } }
            var executors = ExecutorRegistry()
            executors.register(double) { number, _ in 2 * number }
            let runner = JobRunner(
                store: queue, executors: executors,
                configuration: JobRunner.Configuration(queues: ["numbers"], stopsWhenEmpty: true))
            try await runner.run()
            #expect(try await queue.result(of: job) == 42)
            try await queue.close()
        }
    }

    @Test("migrations that the program knows as well leave its file as it is")
    func sharedMigrations() async throws {
        try await Folder.with { folder in
            var migrator = DatabaseMigrator()
            migrator.eraseDatabaseOnSchemaChange = true
            migrator.registerMigration("orders") { try $0.execute(sql: "CREATE TABLE orders (id INTEGER PRIMARY KEY)") }
            SQLiteSchema.registerMigrations(in: &migrator)
            let pool = try folder.pool()
            try migrator.migrate(pool)
            let queue = try await SQLiteQueue.over(pool)
            let job = try await queue.enqueue(.test())
            try migrator.migrate(pool)
            let isSuperseded = try await pool.read { [migrator] in try migrator.hasBeenSuperseded($0) }
            #expect(!isSuperseded)
            #expect(try await queue.job(job.id) == job)
            try await queue.close()
        }
    }

    @Test("storing jobs in a caller's database needs a transaction")
    func noTransaction() async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool)
            let error = try await queueError {
                _ = try await pool.writeWithoutTransaction { db in try queue.enqueue([NewJob(.test())], in: db) }
            }
            #expect(error.code == .invalidRequest)
            try await queue.close()
        }
    }
}
