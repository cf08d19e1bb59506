import GRDB
import JobCore
import JobSQLite
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SchemaTests {
    @Test("no polled query scans a table or sorts", arguments: PolledQueries.all.keys.sorted())
    func queryPlan(_ name: String) async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            try SQLiteSchema.migrate(pool)
            let sql = try #require(PolledQueries.all[name])
            let plan = try await pool.read { db in
                let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(sql)")
                let count = sql.count { $0 == "?" }
                return try Row.fetchAll(statement, arguments: StatementArguments(Array(repeating: 0, count: count)))
                    .map { $0["detail"] as String }
            }
            #expect(plan.contains { $0.contains("INDEX") || $0.contains("PRIMARY KEY") }, "\(plan)")
            #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
            // Counting groups a handful of rows; nothing else may need a sort.
            #expect(name == "jobs for later" || !plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        }
    }

    @Test(
        "the file refuses what no job can be",
        arguments: [
            "phase = 1", "phase = 2", "phase = 7", "due_us = NULL", "wait_reason = NULL", "lease_until_us = 1",
            "finished_us = 1", "retain_until_us = 1", "cancel_requested = 0", "blocked = 1", "blocked = 2",
            "generation = -1", "version = 0", "cursor = -1", "id = x'00'", "unique_phases = 1",
            "attempt_outcome = 0", "generation = 1", "step_output = 3", "due_us = 'soon'",
        ])
    func checks(_ change: String) async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool)
            try await queue.enqueue(.test())
            let error = await #expect(throws: DatabaseError.self) {
                try await pool.write { try $0.execute(sql: "UPDATE jobs SET \(change)") }
            }
            #expect(error?.resultCode == .SQLITE_CONSTRAINT)
            try await queue.close()
        }
    }

    @Test("the tables live beside a program's own, in whatever order they are made")
    func coexisting() async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            var migrator = DatabaseMigrator()
            migrator.registerMigration("app 1") { try $0.execute(sql: "CREATE TABLE orders (id INTEGER PRIMARY KEY)") }
            SQLiteSchema.registerMigrations(in: &migrator)
            try migrator.migrate(pool)
            let queue = try await SQLiteQueue.over(pool)
            try await queue.enqueue(.test())
            let (isComplete, isSuperseded) = try await pool.read { [migrator] db in
                (try migrator.hasCompletedMigrations(db), try migrator.hasBeenSuperseded(db))
            }
            #expect(isComplete)
            #expect(!isSuperseded)
            try await queue.close()
        }
    }

    @Test("many programs can open a new store at the same moment")
    func openingTogether() async throws {
        try await Folder.with { folder in
            let path = folder.store
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let queue = try await SQLiteQueue.open(path: path)
                        try await queue.enqueue(.test())
                        try await queue.close()
                    }
                }
                try await group.waitForAll()
            }
            let queue = try await SQLiteQueue.open(path: path)
            #expect(try await queue.counts().count(.queued) == 8)
            try await queue.close()
        }
    }

    @Test("pruning leaves nothing of a job behind")
    func pruning() async throws {
        try await Folder.with { folder in
            let time = ManualTime()
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool, time: time.source)
            let spec = JobSpec.test(steps: 2) { spec in
                spec.tags = ["a": "b"]
                spec.retention = .seconds(60)
            }
            let id = try await queue.enqueue(spec).id
            let kept = try await queue.enqueue(.test("kept"))
            let claim = try #require(try await queue.take(1).first)
            let entry = LogEntry(time: .epoch, step: 0, attempt: 1, stream: .stdout, bytes: [65])
            try await queue.append([LogChunk(job: id, key: claim.key, number: 0, entry: entry)])
            try await queue.complete(claim, output: StepOutput(body: "text"))
            #expect(try await queue.prune(limit: 10) == 0)
            time.advance(by: .seconds(60))
            #expect(try await queue.prune(limit: 10) == 1)
            #expect(try await queue.job(id) == nil)
            #expect(try await queue.log(of: id, from: 0, limit: 1) == nil)
            for (table, rows) in [
                ("jobs", 1), ("job_specs", 1), ("job_tags", 0), ("step_results", 0), ("log_chunks", 0),
            ] {
                #expect(try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } == rows)
            }
            #expect(try await queue.counts().byQueue == ["default": [.queued: 1]])
            #expect(try await queue.job(kept.id) == kept)
            try await queue.close()
        }
    }

    @Test("stored counts agree with the jobs after every kind of change")
    func counts() async throws {
        let time = ManualTime()
        let queue = try await SQLiteQueue.temporary(time: time.source)
        for index in 0..<30 {
            try await queue.enqueue(
                .test { spec in
                    spec.queue = index % 2 == 0 ? "even" : "odd"
                    spec.retry = RetryOptions(limit: 2)
                    spec.notBefore = index % 5 == 0 ? time.now + .seconds(100) : nil
                    spec.lane = index % 7 == 0 ? "lane" : nil
                })
        }
        let claims = try await queue.claim(
            ClaimRequest(worker: "w", queues: ["even", "odd"], limit: 20, lease: .seconds(10)))
        for (index, claim) in claims.enumerated() {
            switch index % 5 {
            case 0: try await queue.complete(claim)
            case 1: try await queue.apply(.failed(claim.key, StepFailure("odd", "no")), to: claim.job.id)
            case 2: try await queue.apply(.cancel(), to: claim.job.id)
            case 3: try await queue.apply(.snoozed(claim.key, for: .seconds(5)), to: claim.job.id)
            default: break
            }
        }
        for seconds in [0, 1, 5, 100] {
            time.advance(by: .seconds(seconds))
            let jobs = try await queue.page(JobFilter(), after: nil, limit: 1_000).jobs
            let counts = try await queue.counts()
            for status in JobStatus.allCases {
                for name in ["even", "odd"] {
                    let expected = jobs.count { $0.status(at: time.now) == status && $0.spec.queue == name }
                    #expect(counts.count(status, in: name) == expected, "\(status) in \(name)")
                    let filter = JobFilter(statuses: [status], queues: [name])
                    #expect(try await queue.page(filter, after: nil, limit: 1_000).jobs.count == expected)
                }
            }
        }
        try await queue.close()
    }
}
