import GRDB
import JobCore
import JobSQLite
import JobTesting
import Testing

/// What a service needs, where files and other processes matter.
@Suite(.timeLimit(.minutes(1)))
struct ServiceTests {
    @Test("a store of the first schema keeps its jobs and gets what is new")
    func migration() async throws {
        try await Folder.with { folder in
            let old = try await SQLiteQueue.open(path: folder.store)
            let running = try await old.enqueue(.test { $0.tags = ["a": "b"] })
            let claim = try #require(try await old.take(1).first)
            let waiting = try await old.enqueue(.test("waiting"))
            try await old.close()
            // What the second migration made is taken out again, which leaves a file of the first one.
            let pool = try folder.pool()
            try await pool.write { db in
                let tables = [
                    "job_queue_settings", "job_changes", "job_workers", "job_tokens", "job_artifacts", "job_records",
                ]
                for table in tables { try db.execute(sql: "DROP TABLE \(table)") }
                try db.execute(
                    sql: "DELETE FROM grdb_migrations WHERE identifier IN ('JobKit.2', 'JobKit.3', 'JobKit.4')")
            }
            try pool.close()
            let queue = try await SQLiteQueue.open(path: folder.store)
            #expect(try await queue.job(waiting.id) == waiting)
            #expect(try await queue.job(running.id) == claim.job)
            #expect(try await queue.changePosition() == 0)
            #expect(try await queue.complete(claim).isFinished)
            #expect(try await queue.changes(after: 0, limit: 10).changes.map(\.job) == [running.id])
            try await queue.setQueueSettings(NamedQueueSettings(isPaused: true), for: "default")
            #expect(try await queue.take().isEmpty)
            try await queue.close()
        }
    }

    @Test("a store of the second schema keeps its workers and gets records and notices")
    func secondMigration() async throws {
        try await Folder.with { folder in
            let old = try await SQLiteQueue.open(path: folder.store)
            let report = WorkerReport(name: "old", queues: ["default"], slots: 1, startedAt: .epoch)
            _ = try await old.report(report)
            #expect(try await old.drain(worker: "old"))
            try await old.close()
            // What the third migration made is taken out again, which leaves a file of the second one.
            let pool = try folder.pool()
            try await pool.write { db in
                try db.execute(sql: "DROP TABLE job_records")
                try db.execute(sql: "ALTER TABLE job_workers DROP COLUMN notice")
                try db.execute(sql: "ALTER TABLE job_artifacts DROP COLUMN sha256")
                try db.execute(
                    sql: "DELETE FROM grdb_migrations WHERE identifier IN ('JobKit.3', 'JobKit.4')")
            }
            try pool.close()
            let queue = try await SQLiteQueue.open(path: folder.store)
            #expect(try await queue.workers().map(\.report) == [report])
            var noticed = report
            noticed.notice = WorkerNotice(.interruption, message: "gone soon")
            #expect(try await queue.report(noticed) == WorkerOrders(drain: true))
            #expect(try await queue.workers().map(\.report) == [noticed])
            try await queue.write([RecordChange(.put(1), "a", in: "fleets")])
            try await queue.close()
            let again = try await SQLiteQueue.open(path: folder.store)
            #expect(try await again.allRecords(in: "fleets").map(\.value) == [1])
            try await again.close()
        }
    }

    @Test("a store of the third schema keeps its artifacts, and gets hashes for new ones")
    func thirdMigration() async throws {
        try await Folder.with { folder in
            let old = try await SQLiteQueue.open(path: folder.store)
            let id = try await old.enqueue(.test()).id
            let first = NewArtifact(job: id, name: "first", bytes: [1, 2, 3])
            try await old.putArtifact(first)
            try await old.close()
            // What the fourth migration made is taken out again, which leaves a file of the third one.
            let pool = try folder.pool()
            try await pool.write { db in
                try db.execute(sql: "ALTER TABLE job_artifacts DROP COLUMN sha256")
                try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = 'JobKit.4'")
            }
            try pool.close()
            let queue = try await SQLiteQueue.open(path: folder.store)
            let kept = try #require(try await queue.artifact(of: id, named: "first"))
            #expect(kept.bytes == [1, 2, 3] && kept.artifact.sha256 == nil)
            try await queue.putArtifact(NewArtifact(job: id, name: "second", bytes: []))
            try await queue.putArtifact(first)
            let hashes = try await queue.artifacts(of: id)?.map(\.sha256)
            #expect(hashes == [first.sha256, NewArtifact(job: id, name: "x", bytes: []).sha256])
            try await queue.close()
        }
    }

    @Test("a queue that another process has paused gives nothing, though this one has remembered otherwise")
    func pausedElsewhere() async throws {
        try await Folder.with { folder in
            let here = try await SQLiteQueue.open(path: folder.store)
            let there = try await SQLiteQueue.open(path: folder.store)
            for _ in 0..<3 { try await here.enqueue(.test()) }
            #expect(try await here.take(1).count == 1)
            try await there.setQueueSettings(NamedQueueSettings(isPaused: true), for: "default")
            #expect(try await here.take(1).isEmpty)
            try await there.setQueueSettings(NamedQueueSettings(concurrency: 2), for: "default")
            #expect(try await here.take(5).count == 1)
            try await here.close()
            #expect(try await there.queueSettings() == ["default": NamedQueueSettings(concurrency: 2)])
            try await there.close()
        }
    }

    @Test("settings of a call that was rolled back are not remembered")
    func rolledBackSettings() async throws {
        try await Self.withQueue { queue, pool in
            try await pool.write {
                try $0.execute(
                    sql: """
                        CREATE TRIGGER refuse BEFORE INSERT ON job_queue_settings
                        BEGIN SELECT raise(ABORT, 'no'); END
                        """)
            }
            try await queue.enqueue(.test())
            await #expect(throws: QueueError.self) {
                try await queue.setQueueSettings(NamedQueueSettings(isPaused: true), for: "default")
            }
            #expect(try await queue.take().count == 1)
        }
    }

    @Test("the feed goes on in the next process, and has what a program's own transaction stored")
    func feedAcrossProcesses() async throws {
        try await Folder.with { folder in
            let first = try await SQLiteQueue.open(path: folder.store)
            let a = try await first.enqueue(.test("a")).id
            let position = try await first.changePosition()
            try await first.close()
            let pool = try folder.pool()
            let second = try await SQLiteQueue.over(pool)
            let b = try await pool.write { db in try second.enqueue([NewJob(.test("b"))], in: db)[0].id }
            let third = try await SQLiteQueue.open(path: folder.store)
            try await third.apply(.cancel(), to: a)
            let page = try await second.changes(after: position, limit: 10)
            #expect(page.changes.map(\.job) == [b, a] && !page.isGap)
            #expect(page.changes.map(\.position) == [position + 1, position + 2])
            try await second.close()
            try await third.close()
        }
    }

    @Test("the feed is bounded, and a position before its beginning is a gap")
    func boundedFeed() async throws {
        try await Self.withQueue { queue, pool in
            try await queue.enqueue(.test())
            // As if many changes had come: the next one crosses a border at which old ones are deleted.
            try await pool.write {
                try $0.execute(
                    sql: "INSERT INTO job_changes (last, jobs) VALUES (?, zeroblob(160)), (?, zeroblob(16))",
                    arguments: [150_000, 409_599])
            }
            let id = try await queue.enqueue(.test()).id
            let kept = try await pool.read { try Int.fetchAll($0, sql: "SELECT last FROM job_changes ORDER BY last") }
            #expect(kept == [409_599, 409_600])
            let page = try await queue.changes(after: 1, limit: 10)
            #expect(page.isGap && page.changes.last == ChangeEntry(position: 409_600, job: id))
            #expect(try await queue.changes(after: 409_599, limit: 10).isGap == false)
        }
    }

    @Test("one transaction is one row of the feed, however many jobs it changes")
    func oneRow() async throws {
        try await Self.withQueue { queue, pool in
            _ = try await queue.enqueue((0..<100).map { _ in NewJob(.test()) })
            let rows = try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM job_changes") }
            #expect(rows == 1)
            #expect(try await queue.changePosition() == 100)
        }
    }

    @Test("an outcome is not stored without its callbacks")
    func callbacksWithOutcome() async throws {
        try await Self.withQueue { queue, pool in
            let spec = JobSpec.test { $0.callbacks = [Callback(url: "https://a.example/")] }
            let id = try await queue.enqueue(spec).id
            let claim = try #require(try await queue.take(1).first)
            try await pool.write {
                try $0.execute(
                    sql: """
                        CREATE TRIGGER refuse BEFORE INSERT ON jobs WHEN NEW.queue = 'callbacks'
                        BEGIN SELECT raise(ABORT, 'no'); END
                        """)
            }
            await #expect(throws: QueueError.self) { try await queue.complete(claim) }
            #expect(try await queue.job(id)?.lease == claim.lease)
            try await pool.write { try $0.execute(sql: "DROP TRIGGER refuse") }
            #expect(try await queue.complete(claim).isFinished)
            #expect(try await queue.counts().count(.queued, in: "callbacks") == 1)
        }
    }

    @Test("artifacts are bounded in size, number and all together, and leave nothing behind")
    func artifactBounds() async throws {
        let limits = ArtifactLimits(size: ByteCount(10), count: 3, total: ByteCount(25))
        try await Self.withQueue(SQLiteOptions(artifactLimits: limits)) { queue, pool in
            let id = try await queue.enqueue(JobSpec(name: "job")).id
            func put(_ name: String, _ count: Int) async throws {
                try await queue.putArtifact(
                    NewArtifact(job: id, name: name, bytes: [UInt8](repeating: 1, count: count)))
            }
            await #expect(throws: ArtifactRefused.tooLarge(limit: limits.size)) { try await put("a", 11) }
            try await put("a", 10)
            try await put("b", 10)
            await #expect(throws: ArtifactRefused.jobFull(limit: limits.total)) { try await put("c", 6) }
            try await put("b", 9)
            try await put("c", 6)
            await #expect(throws: ArtifactRefused.tooMany(limit: limits.count)) { try await put("d", 0) }
            #expect(try await queue.artifacts(of: id)?.map(\.size) == [10, 9, 6])
            _ = try await queue.delete([id])
            let rows = try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM job_artifacts") }
            #expect(rows == 0)
        }
    }

    /// A queue over a pool, so that the test can look at the tables.
    private static func withQueue(
        _ options: SQLiteOptions = SQLiteOptions(), _ body: (SQLiteQueue, DatabasePool) async throws -> Void
    ) async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool, options: options)
            try await body(queue, pool)
            try await queue.close()
        }
    }
}
