import GRDB
import Glibc
import JobCore
import JobSQLite
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DurabilityTests {
    @Test("a store that is opened again holds every part of every job")
    func reopening() async throws {
        try await Folder.with { folder in
            let first = try await SQLiteQueue.open(path: folder.store)
            let spec = JobSpec.test(steps: 3) { spec in
                spec.tags = ["team": "data"]
                spec.metadata = ["trace": "abc"]
                spec.lane = "lane"
                spec.unique = UniqueKey("key")
                spec.retry = RetryOptions(limit: 3, base: 0)
                spec.deadline = .seconds(60)
            }
            let id = try await first.enqueue(spec).id
            let second = try await first.enqueue(.test("blocked") { $0.lane = "lane" })
            for attempt in 0..<2 {
                let claim = try #require(try await first.take().first)
                let output = StepOutput(exitCode: attempt, json: ["attempt": .integer(Int64(attempt))])
                try await first.apply(.stepSucceeded(claim.key, step: attempt, output: output), to: id)
                let progress = JobProgress(fraction: 0.5, message: "half")
                try await first.apply(.heartbeat(claim.key, lease: .seconds(60), progress: progress), to: id)
                let failure = StepFailure("odd", "attempt \(attempt)", output: StepOutput(status: 500))
                try await first.apply(.failed(claim.key, failure), to: id)
            }
            let before = try #require(try await first.job(id))
            try await first.close()

            let again = try await SQLiteQueue.open(path: folder.store)
            #expect(try await again.job(id) == before)
            #expect(before.attempts.count == 2)
            #expect(try await again.job(second.id) == second)
            #expect(try await again.page(JobFilter(tags: ["team": "data"]), after: nil, limit: 5).jobs == [before])
            try await again.close()
        }
    }

    @Test("a store that is closed leaves no long log, which the next program would have to read")
    func logAfterClosing() async throws {
        try await Folder.with { folder in
            let first = try await SQLiteQueue.open(path: folder.store)
            let jobs = try await first.enqueue((0..<3_000).map { NewJob(.test("job-\($0)")) })
            // A reader's connection as well.
            #expect(try await first.job(jobs[0].id) == jobs[0])
            try await first.close()
            var status = stat()
            let left = stat(folder.store + "-wal", &status) == 0 ? status.st_size : 0
            #expect(left < 1 << 20)

            let again = try await SQLiteQueue.open(path: folder.store)
            #expect(try await again.counts().count(.queued) == 3_000)
            try await again.close()
        }
    }

    @Test("what a claimed job returns is what is stored, step by step")
    func returnedEqualsStored() async throws {
        let queue = try await SQLiteQueue.temporary()
        let id = try await queue.enqueue(.test(steps: 3)).id
        let claim = try #require(try await queue.take().first)
        #expect(try await queue.job(id) == claim.job)
        let outputs: [StepOutput] = [.none, StepOutput(body: "text"), .none]
        for (step, output) in outputs.enumerated() {
            let job = try await queue.apply(.stepSucceeded(claim.key, step: step, output: output), to: id)
            #expect(try await queue.job(id) == job)
        }
        let done = try await queue.apply(.succeeded(claim.key), to: id)
        #expect(try await queue.job(id) == done)
        #expect(done.steps.map(\.output) == outputs)
        try await queue.close()
    }

    @Test("a new file belongs to its user alone, and so does a folder made for it")
    func fileMode() async throws {
        try await Folder.with { folder in
            let path = folder.path + "/inner/jobs.sqlite"
            let queue = try await SQLiteQueue.open(path: path, options: SQLiteOptions(createsFolder: true))
            try await queue.enqueue(.test())
            for (name, mode) in [(path, 0o600), (path + "-wal", 0o600), (folder.path + "/inner", 0o700)] {
                var status = stat()
                #expect(stat(name, &status) == 0)
                #expect(status.st_mode & 0o777 == mode_t(mode))
            }
            try await queue.close()
            unlink(path)
        }
    }

    @Test("calls that wait share a commit")
    func groupCommit() async throws {
        let queue = try await SQLiteQueue.temporary()
        let before = queue.commitCount
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<1_000 { group.addTask { try await queue.enqueue(.test()) } }
            try await group.waitForAll()
        }
        #expect(try await queue.counts().count(.queued) == 1_000)
        #expect(queue.commitCount - before < 500)
        try await queue.close()
    }

    @Test("a call that fails inside a shared transaction does not hurt the others")
    func oneBadCall() async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool)
            try await pool.write { db in
                try db.execute(
                    sql: """
                        CREATE TRIGGER refuse BEFORE INSERT ON job_specs WHEN new.name = 'bad'
                        BEGIN SELECT RAISE(ABORT, 'no bad jobs here'); END
                        """)
            }
            let failures = try await withThrowingTaskGroup(of: QueueError?.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        do {
                            // The bad one stands second, so that its own first job must be undone with it.
                            _ = try await queue.enqueue(
                                index == 100 ? [NewJob(.test()), NewJob(.test("bad"))] : [NewJob(.test())])
                            return nil
                        } catch {
                            return error as? QueueError
                        }
                    }
                }
                return try await group.reduce(into: [QueueError]()) { if let error = $1 { $0.append(error) } }
            }
            #expect(failures.map(\.code) == [.failed])
            #expect(failures.first?.detail.contains("no bad jobs here") ?? false)
            #expect(try await queue.counts().count(.queued) == 199)
            #expect(try await queue.page(JobFilter(), after: nil, limit: 1_000).jobs.count == 199)
            try await queue.close()
        }
    }

    @Test("logs survive in order, and a log that reaches its limit says so once")
    func logLimit() async throws {
        let queue = try await SQLiteQueue.temporary(options: SQLiteOptions(logLimit: ByteCount(10)))
        let id = try await queue.enqueue(.test()).id
        let claim = try #require(try await queue.take().first)
        let chunks = ["12345", "6789012345", "never"].enumerated().map { number, text in
            LogChunk(
                job: id, key: claim.key, number: number,
                entry: LogEntry(time: .epoch, step: 0, attempt: 1, stream: .stdout, bytes: Array(text.utf8)))
        }
        try await queue.append(chunks)
        try await queue.append(chunks)
        let page = try #require(try await queue.log(of: id, from: 0, limit: 1_000))
        #expect(page.entries.prefix(2).map(\.text) == ["12345", "67890"])
        #expect(page.entries.dropFirst(2).map(\.stream) == [.system])
        #expect(page.entries.last?.text.contains("limit of 10 bytes") ?? false)
        #expect(!page.isComplete)
        try await queue.complete(claim)
        let rest = try #require(try await queue.log(of: id, from: 3, limit: 1))
        #expect(rest.entries.map(\.text) == ["45"])
        #expect(try await queue.log(of: id, from: page.nextOffset, limit: 1)?.isComplete == true)
        try await queue.close()
    }

    @Test("an output above the limit is cut and says so")
    func outputLimit() async throws {
        let queue = try await SQLiteQueue.temporary(options: SQLiteOptions(outputLimit: .kibibytes(6)))
        let id = try await queue.enqueue(.test()).id
        let claim = try #require(try await queue.take().first)
        let output = StepOutput(status: 200, body: String(repeating: "x", count: 10_000))
        let job = try await queue.apply(.stepSucceeded(claim.key, step: 0, output: output), to: id)
        #expect(job.steps[0].output?.isTruncated == true)
        #expect(job.steps[0].output?.body?.utf8.count == 1_024)
        #expect(job.steps[0].output?.status == 200)
        try await queue.close()
    }
}
