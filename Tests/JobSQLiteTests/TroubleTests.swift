import GRDB
import Glibc
import JobCore
import JobSQLite
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TroubleTests {
    @Test("a full disk fails calls whole, loses nothing that was acknowledged, and mends by itself")
    func fullDisk() async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool)
            let kept = try await queue.enqueue(.test("kept"))
            let claim = try #require(try await queue.take().first)
            let pages = try await pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
            try await pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages + 2)") }
            let large = JobSpec.test { $0.metadata = ["text": String(repeating: "x", count: 1_000)] }
            let error = try await queueError { _ = try await queue.enqueue((0..<200).map { _ in NewJob(large) }) }
            #expect(error.code == .full)
            #expect(error.detail.contains("free some space"))
            #expect(try await queue.counts().count(.queued) == 0)
            #expect(try await queue.job(kept.id) == claim.job)

            try await pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
            _ = try await queue.enqueue((0..<200).map { _ in NewJob(large) })
            #expect(try await queue.complete(claim).isFinished)
            #expect(try await queue.counts().count(.queued) == 200)
            try await queue.close()
        }
    }

    @Test("a store that cannot be written says so")
    func readOnly() async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool)
            try await pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 1") }
            let error = try await queueError { try await queue.enqueue(.test()) }
            #expect(error.code == .readOnly)
            #expect(error.underlyingCode == 8)
            try await pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 0") }
            try await queue.enqueue(.test())
            try await queue.close()
        }
    }

    @Test("a file without write permission is refused before anything is tried", .enabled(if: geteuid() != 0))
    func permissions() async throws {
        try await Folder.with { folder in
            try await SQLiteQueue.open(path: folder.store).close()
            chmod(folder.store, 0o400)
            let error = try await queueError { _ = try await SQLiteQueue.open(path: folder.store) }
            #expect(error.code == .readOnly)
        }
    }

    @Test("a store that a newer JobKit changed is left alone")
    func newerSchema() async throws {
        try await Folder.with { folder in
            try await SQLiteQueue.open(path: folder.store).close()
            let pool = try folder.pool()
            try await pool.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('JobKit.999')") }
            try pool.close()
            let error = try await queueError { _ = try await SQLiteQueue.open(path: folder.store) }
            #expect(error.code == .newerSchema)
            #expect(error.detail.contains("JobKit.999"))
        }
    }

    @Test("a file that is no database is refused as corrupt and not touched")
    func noDatabase() async throws {
        try await Folder.with { folder in
            let text = String(repeating: "this is no database\n", count: 100)
            let file = try #require(fopen(folder.store, "w"))
            fputs(text, file)
            fclose(file)
            let error = try await queueError { _ = try await SQLiteQueue.open(path: folder.store) }
            #expect(error.code == .corrupt)
            var status = stat()
            #expect(stat(folder.store, &status) == 0)
            #expect(status.st_size == text.utf8.count)
        }
    }

    @Test("a damaged row fails the calls that read it and no others")
    func damagedRow() async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool)
            let damaged = try await queue.enqueue(.test())
            let sound = try await queue.enqueue(.test())
            try await pool.write { try $0.execute(sql: "UPDATE job_specs SET spec = '{' WHERE job = 1") }
            #expect(try await queueError { _ = try await queue.job(damaged.id) }.code == .corrupt)
            #expect(try await queue.job(sound.id) == sound)
            try await queue.close()
        }
    }

    @Test(
        "a worker gets the sound jobs, and a damaged one ends",
        arguments: ["{", "{}", #"{"name":"a","steps":[{}]}"#])
    func damagedClaim(spec: String) async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool)
            try await queue.enqueue(.test())
            let sound = try await queue.enqueue(.test())
            try await pool.write { db in
                try db.execute(sql: "UPDATE job_specs SET spec = ? WHERE job = 1", arguments: [spec])
            }
            let request = ClaimRequest(worker: "w", limit: 2, lease: .seconds(30))
            #expect(try await queue.claim(request).map(\.job.id) == [sound.id])
            let counts = try await queue.counts()
            #expect(counts.count(.failed) == 1)
            #expect(counts.count(.running) == 1)
            try await queue.close()
        }
    }

    @Test("paths that cannot hold a store are refused with what to do")
    func paths() async throws {
        try await Folder.with { folder in
            let directory = try await queueError { _ = try await SQLiteQueue.open(path: folder.path) }
            #expect(directory.code == .unavailable)
            #expect(directory.detail.contains("no regular file"))
            let missing = try await queueError { _ = try await SQLiteQueue.open(path: folder.path + "/a/b.sqlite") }
            #expect(missing.code == .unavailable)
            #expect(missing.detail.contains("does not exist; create it first"))
            for path in ["", ":memory:"] {
                #expect(try await queueError { _ = try await SQLiteQueue.open(path: path) }.code == .invalidRequest)
            }
        }
    }

    @Test("a store that another program keeps locked is busy, and works again afterwards")
    func busy() async throws {
        try await Folder.with { folder in
            let options = SQLiteOptions(busyTimeout: .milliseconds(20))
            let queue = try await SQLiteQueue.open(path: folder.store, options: options)
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            configuration.busyMode = .timeout(5)
            let other = try DatabaseQueue(path: folder.store, configuration: configuration)
            let (locked, lock) = AsyncStream.makeStream(of: Void.self)
            let (released, release) = AsyncStream.makeStream(of: Void.self)
            async let holding: Void = other.inDatabaseUntil(released, locked: lock)
            for await _ in locked { break }
            let error = try await queueError { try await queue.enqueue(.test()) }
            #expect(error.code == .busy)
            #expect(error.isTransient)
            release.yield()
            try await holding
            try await queue.enqueue(.test())
            #expect(try await queue.counts().count(.queued) == 1)
            try await queue.close()
        }
    }
}

extension DatabaseQueue {
    /// Holds the write lock until told.
    fileprivate func inDatabaseUntil(
        _ released: AsyncStream<Void>, locked: AsyncStream<Void>.Continuation
    ) async throws {
        try await writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        locked.yield()
        for await _ in released { break }
        try await writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
    }
}
