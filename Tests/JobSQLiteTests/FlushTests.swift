import Dispatch
import GRDB
import Glibc
import JobCore
import JobSQLite
import Synchronization
import Testing

/// What is acknowledged is on the disk, although SQLite itself does not wait for it.
@Suite(.timeLimit(.minutes(1)))
struct FlushTests {
    @Test("nobody is acknowledged before the log was flushed behind the commit, and others see it meanwhile")
    func order() async throws {
        try await Folder.with { folder in
            let (begun, begins) = AsyncStream.makeStream(of: Void.self)
            let gate = DispatchSemaphore(value: 0)
            let queue = try await SQLiteQueue.open(path: folder.store) { descriptor in
                begins.yield()
                gate.wait()
                return LogFlush.toDisk(descriptor)
            }
            let isAcknowledged = Mutex(false)
            async let stored: Job = {
                let job = try await queue.enqueue(.test())
                isAcknowledged.withLock { $0 = true }
                return job
            }()
            var flushes = begun.makeAsyncIterator()
            await flushes.next()
            #expect(try await queue.counts().count(.queued) == 1)
            #expect(!isAcknowledged.withLock { $0 })
            gate.signal()
            let job = try await stored
            #expect(try await queue.job(job.id) == job)
            // Closing waits for what is on its way.
            async let late = queue.enqueue(.test())
            await flushes.next()
            async let closed: Void = queue.close()
            gate.signal()
            _ = try await late
            try await closed
        }
    }

    @Test("calls that come while the log is flushed share the next flush")
    func sharing() async throws {
        try await Folder.with { folder in
            let (begun, begins) = AsyncStream.makeStream(of: Void.self)
            let count = Mutex(0)
            let gate = DispatchSemaphore(value: 0)
            let queue = try await SQLiteQueue.open(path: folder.store) { descriptor in
                let isFirst = count.withLock { count in
                    count += 1
                    return count == 1
                }
                if isFirst {
                    begins.yield()
                    gate.wait()
                }
                return LogFlush.toDisk(descriptor)
            }
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { _ = try await queue.enqueue(.test("first")) }
                for await _ in begun { break }
                for number in 0..<20 {
                    group.addTask { _ = try await queue.enqueue(.test("job-\(number)")) }
                }
                // More than half are committed while the first flush is held back; the others gather.
                while try await queue.counts().count(.queued) < 11 { await Task.yield() }
                #expect((2...10).contains(queue.commitCount))
                gate.signal()
            }
            #expect(try await queue.counts().count(.queued) == 21)
            #expect(count.withLock { $0 } <= 4)
            try await queue.close()
        }
    }

    @Test("the next flush begins while those who waited for the last one are being told, and the end waits for all")
    func telling() async throws {
        let begins = DispatchSemaphore(value: 0)
        let gate = DispatchSemaphore(value: 0)
        let told = Mutex<[Int]>([])
        let flush = LogFlush(path: "/dev/null") { _ in
            begins.signal()
            gate.wait()
            return 0
        }
        flush.add(
            LogFlush.Request { _ in
                let isFlushing = begins.wait(timeout: .now() + .seconds(20)) == .success
                told.withLock { $0.append(isFlushing ? 1 : 0) }
                gate.signal()
            })
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                begins.wait()
                flush.add(LogFlush.Request { _ in told.withLock { $0.append(2) } })
                gate.signal()
                flush.finish()
                continuation.resume()
            }
        }
        #expect(told.withLock { $0 } == [1, 2])
    }

    @Test("a lease that may die with its machine is handed out before it is on the disk, and the others after")
    func leases() async throws {
        try await Folder.with { folder in
            let (begun, begins) = AsyncStream.makeStream(of: Void.self)
            let isHeld = Mutex(false)
            let gate = DispatchSemaphore(value: 0)
            let queue = try await SQLiteQueue.open(path: folder.store) { descriptor in
                if isHeld.withLock({ $0 }) {
                    begins.yield()
                    gate.wait()
                }
                return LogFlush.toDisk(descriptor)
            }
            var flushes = begun.makeAsyncIterator()
            _ = try await queue.enqueue(.test("may run again"))
            _ = try await queue.enqueue(.test("for a worker elsewhere"))
            _ = try await queue.enqueue(.test("runs once") { $0.retry = RetryOptions(limit: 1) })
            isHeld.withLock { $0 = true }
            func claim(mayDie: Bool) async throws -> String? {
                let slots = [ClaimRequest.Slots(queue: JobSpec.defaultQueue, limit: 1)]
                let request = ClaimRequest(
                    worker: "w", slots: slots, limit: 1, lease: .seconds(30), leasesMayDieWithMachine: mayDie)
                return try await queue.claim(request).first?.job.spec.name
            }
            #expect(try await claim(mayDie: true) == "may run again")
            await flushes.next()
            gate.signal()
            for (mayDie, name) in [(false, "for a worker elsewhere"), (true, "runs once")] {
                let isAnswered = Mutex(false)
                async let claimed: String? = {
                    let name = try await claim(mayDie: mayDie)
                    isAnswered.withLock { $0 = true }
                    return name
                }()
                await flushes.next()
                #expect(try await queue.counts().count(.queued) == (mayDie ? 0 : 1))
                #expect(!isAnswered.withLock { $0 })
                gate.signal()
                #expect(try await claimed == name)
            }
            isHeld.withLock { $0 = false }
            try await queue.close()
        }
    }

    @Test(
        "after a failed flush nothing is acknowledged until all commits are in the database file",
        arguments: [EIO, ENOSPC])
    func failure(number: Int32) async throws {
        try await Folder.with { folder in
            let failures = Mutex(1)
            let queue = try await SQLiteQueue.open(path: folder.store) { descriptor in
                let fails = failures.withLock { left in
                    defer { left = max(0, left - 1) }
                    return left > 0
                }
                return fails ? number : LogFlush.toDisk(descriptor)
            }
            let new = NewJob(.test("doubtful"))
            let error = try await queueError { _ = try await queue.enqueue([new]) }
            #expect(error.code == (number == ENOSPC ? .full : .failed))
            #expect(error.underlyingCode == Int(number))
            // It is not known whether the call took effect, and so nothing else may be said.
            #expect(error.detail.contains("may not have reached the disk") && !error.detail.contains("nothing"))
            // The next call first brings everything into the file, where a hole in the log does no harm.
            let next = try await queue.enqueue(.test("next"))
            let inFile = try await folder.withCopy { copy in
                try await DatabaseQueue(path: copy).read { db in
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM jobs")
                }
            }
            #expect(inFile == 1, "the log holds what came after")
            // Whoever repeats the call finds what it stored.
            #expect(try await queue.enqueue([new])[0].id == new.id)
            #expect(try await queue.counts().count(.queued) == 2)
            #expect(try await queue.job(next.id) == next)
            try await queue.close()
        }
    }

    @Test("the log of a store behind a link is the one that is flushed and watched, whatever lies beside the link")
    func storeBehindLink() async throws {
        try await Folder.with { folder in
            let link = folder.path + "/link.sqlite"
            #expect(symlink("jobs.sqlite", link) == 0)
            defer { for suffix in ["", "-wal"] { unlink(link + suffix) } }
            let stale = open(link + "-wal", O_CREAT | O_RDWR, 0o600)
            close(stale)
            let error = try await queueError { _ = try await SQLiteQueue.open(path: link) }
            #expect(error.code == .unavailable)
            #expect(error.detail.contains("leads to no file"))

            let other = try await SQLiteQueue.open(path: folder.store)
            let flushed = Mutex<Set<ino_t>>([])
            let queue = try await SQLiteQueue.open(path: link) { descriptor in
                var status = stat()
                _ = fstat(descriptor, &status)
                _ = flushed.withLock { $0.insert(status.st_ino) }
                return LogFlush.toDisk(descriptor)
            }
            var log = stat()
            #expect(stat(folder.store + "-wal", &log) == 0)
            var work = queue.signals(for: .work(queues: ["default"])).makeAsyncIterator()
            let own = try await queue.enqueue(.test("own"))
            await work.next()
            let foreign = try await other.enqueue(.test("foreign"))
            await work.next()
            #expect(flushed.withLock { $0 } == [log.st_ino])
            #expect(try await queue.take(5).map(\.job.id) == [own.id, foreign.id])
            try await queue.close()
            try await other.close()
        }
    }
}

extension Folder {
    /// Calls a body with a copy of the store's file without its log.
    fileprivate func withCopy<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let copy = path + "/copy.sqlite"
        defer { for name in ["", "-wal", "-shm"] { unlink(copy + name) } }
        // By another process: closing the file here would drop the locks that SQLite holds on it.
        let process = try #require(popen("cp '\(store)' '\(copy)'", "r"))
        #expect(pclose(process) == 0)
        return try await body(copy)
    }
}
