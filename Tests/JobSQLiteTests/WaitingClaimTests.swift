import Dispatch
import GRDB
import JobCore
import JobSQLite
import Synchronization
import Testing

/// A claim that waits is answered by the commit that stores a job, once, and takes nothing that is not its own.
@Suite(.timeLimit(.minutes(1)))
struct WaitingClaimTests {
    private static func request(_ worker: String = "w", queue: String = JobSpec.defaultQueue, limit: Int = 4)
        -> ClaimRequest
    {
        ClaimRequest(
            worker: worker, slots: [ClaimRequest.Slots(queue: queue, limit: limit)], limit: limit, lease: .seconds(30),
            leasesMayDieWithMachine: true)
    }

    /// A runner that makes no commits of its own: it does not report to the list of workers, and looks and renews rarely.
    private static func runner(_ store: some JobStore, _ executors: ExecutorRegistry) -> JobRunner {
        let hour = Duration.seconds(3_600)
        return JobRunner(
            store: store, executors: executors,
            configuration: JobRunner.Configuration(lease: hour, pollInterval: hour, pruneInterval: hour * 100))
    }

    @Test func `a job is leased by the commit that stores it`() async throws {
        let queue = try await SQLiteQueue.temporary()
        let isLeasing = Mutex(false)
        async let claimed = queue.claimWhenStored(Self.request()) { _ in isLeasing.withLock { $0 = true } }
        await queue.waits(1)
        #expect(!isLeasing.withLock { $0 })
        let before = queue.commitCount
        let job = try await queue.enqueue(.test())
        let claims = try await claimed
        #expect(claims.map(\.job.id) == [job.id] && claims.map(\.lease.worker) == ["w"])
        #expect(queue.commitCount == before + 1)
        #expect(isLeasing.withLock { $0 }, "it is told from when the lease counts")
        #expect(try await queue.counts().count(.running) == 1)
        try await queue.complete(try #require(claims.first))
        try await queue.close()
    }

    @Test func `the leases count from before whatever the transaction did on its way`() async throws {
        // Each look at the clock takes ten seconds.
        let looks = Mutex(Duration.zero)
        let slow = TimeSource(
            now: { TimeSource.system.now },
            uptime: {
                looks.withLock { looks in
                    looks += .seconds(10)
                    return looks
                }
            }, sleep: { try await TimeSource.system.sleep(for: $0) })
        let queue = try await SQLiteQueue.temporary(time: slow)
        let told = Mutex(Duration.zero)
        async let claimed = queue.claimWhenStored(Self.request()) { age in told.withLock { $0 = age } }
        await queue.waits(1)
        _ = try await queue.enqueue(.test())
        #expect(try await claimed.count == 1)
        // One look for the time of the transaction, and one for the age.
        #expect(told.withLock { $0 } == .seconds(20))
        try await queue.close()
    }

    @Test func `a claim of any size shares a transaction with others`() async throws {
        try await Folder.with { folder in
            let pool = try folder.pool()
            let queue = try await SQLiteQueue.over(pool)
            let first = try await queue.enqueue(.test("first"))
            let isHeld = DispatchSemaphore(value: 0)
            let gate = DispatchSemaphore(value: 0)
            async let held: Void = pool.writeWithoutTransaction { _ in
                isHeld.signal()
                gate.wait()
            }
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    isHeld.wait()
                    continuation.resume()
                }
            }
            let before = queue.commitCount
            async let claims = queue.claim(Self.request(limit: .max))
            async let second = queue.enqueue(.test("second"))
            async let third = queue.enqueue(.test("third"))
            gate.signal()
            try await held
            _ = try await (second, third)
            #expect(try await claims.map(\.job.id).contains(first.id))
            #expect(queue.commitCount - before <= 3)
            try await queue.close()
        }
    }

    @Test(arguments: [1, 2])
    func `others are told of work only when a waiting claim has left some`(jobs: Int) async throws {
        let queue = try await SQLiteQueue.temporary()
        // The first commit finds those of the connection that made the tables.
        _ = try await queue.enqueue(.test("before") { $0.queue = "other" })
        let signals = queue.signals(for: .work(queues: [JobSpec.defaultQueue]))
        async let claimed = queue.claimWhenStored(Self.request(limit: 1)) { _ in }
        await queue.waits(1)
        _ = try await queue.enqueue((1...jobs).map { NewJob(.test("job \($0)")) })
        #expect(try await claimed.map(\.job.spec.name) == ["job 1"])
        try await queue.close()
        var told = 0
        for await _ in signals { told += 1 }
        #expect(told == jobs - 1)
    }

    @Test func `what cannot be claimed does not end a wait, and what comes after does`() async throws {
        let queue = try await SQLiteQueue.temporary()
        _ = try await queue.enqueue(.test("holds the lane") { $0.lane = "lane" })
        _ = try await queue.take()
        async let claimed = queue.claimWhenStored(Self.request()) { _ in }
        await queue.waits(1)
        _ = try await queue.enqueue(.test("of another queue") { $0.queue = "other" })
        _ = try await queue.enqueue(.test("for later") { $0.notBefore = TimeSource.system.now + .seconds(60) })
        _ = try await queue.enqueue(.test("behind its lane") { $0.lane = "lane" })
        try await queue.setQueueSettings(NamedQueueSettings(isPaused: true), for: JobSpec.defaultQueue)
        _ = try await queue.enqueue(.test("while paused"))
        await queue.waits(1)
        try await queue.setQueueSettings(NamedQueueSettings(), for: JobSpec.defaultQueue)
        _ = try await queue.enqueue(.test("at last"))
        #expect(try await Set(claimed.map(\.job.spec.name)) == ["while paused", "at last"])
        try await queue.close()
    }

    @Test func `a cancelled wait ends without jobs and takes none later`() async throws {
        let queue = try await SQLiteQueue.temporary()
        let wait = Task { try await queue.claimWhenStored(Self.request()) { _ in } }
        await queue.waits(1)
        wait.cancel()
        #expect(try await wait.value.isEmpty)
        _ = try await queue.enqueue(.test())
        #expect(try await queue.counts().count(.queued) == 1)
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await queue.claimWhenStored(Self.request()) { _ in }
        }
        #expect(try await cancelled.value.isEmpty)
        try await queue.close()
    }

    @Test func `closing the store ends the waits`() async throws {
        let queue = try await SQLiteQueue.temporary()
        let wait = Task { try await queue.claimWhenStored(Self.request()) { _ in } }
        await queue.waits(1)
        try await queue.close()
        #expect(try await queueError { _ = try await wait.value }.code == .closed)
        #expect(try await queueError { _ = try await queue.claimWhenStored(Self.request()) { _ in } }.code == .closed)
    }

    @Test func `a transaction that is rolled back leases nothing, and the wait goes on`() async throws {
        try await Folder.with { folder in
            let queue = try await SQLiteQueue.open(path: folder.store)
            async let claimed = queue.claimWhenStored(Self.request()) { _ in }
            let other = Task { try await queue.claimWhenStored(Self.request()) { _ in } }
            await queue.waits(2)
            try await folder.pool().write { db in
                try db.execute(
                    sql: """
                        CREATE TRIGGER refuse BEFORE UPDATE OF worker ON jobs WHEN new.worker IS NOT NULL
                        BEGIN SELECT RAISE(ABORT, 'refused'); END
                        """)
            }
            _ = try await queue.enqueue(.test("cannot be leased"))
            #expect(try await queue.counts().count(.queued) == 1, "the submission is not to blame")
            other.cancel()
            #expect(try await other.value.isEmpty)
            await queue.waits(1)
            try await folder.pool().write { try $0.execute(sql: "DROP TRIGGER refuse") }
            _ = try await queue.enqueue(.test("can"))
            #expect(try await claimed.count == 2)
            try await queue.close()
        }
    }

    @Test func `with many submitters, waits and cancels each job is leased once`() async throws {
        let queue = try await SQLiteQueue.temporary()
        let jobs = 400
        let leased = try await withThrowingTaskGroup(of: [JobID].self) { group in
            for submitter in 0..<4 {
                group.addTask {
                    for number in 0..<jobs / 4 { _ = try await queue.enqueue(.test("\(submitter)-\(number)")) }
                    return []
                }
            }
            for worker in 0..<4 {
                group.addTask {
                    let request = Self.request("w\(worker)", limit: 1 + worker)
                    var leased: [JobID] = []
                    while try await queue.counts().count(.running) < jobs {
                        let wait = Task { try await queue.claimWhenStored(request) { _ in } }
                        if worker.isMultiple(of: 2) { await Task.yield() }
                        wait.cancel()
                        leased += try await wait.value.map(\.job.id)
                        leased += try await queue.claim(request).map(\.job.id)
                    }
                    return leased
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(leased.count == jobs && Set(leased).count == jobs)
        #expect(try await queue.counts().count(.running) == jobs)
        try await queue.close()
    }

    @Test func `an idle runner starts a job with the commit that stores it`() async throws {
        let queue = try await SQLiteQueue.temporary()
        var executors = ExecutorRegistry()
        let (ran, runs) = AsyncStream.makeStream(of: String.self)
        let greet = JobHandler<String, NoOutput>("greet")
        executors.register(greet) { name, _ in
            runs.yield(name)
            return NoOutput()
        }
        let runner = Self.runner(queue, executors)
        async let ended: Void = runner.run()
        var names = ran.makeAsyncIterator()
        for name in ["first", "second"] {
            await queue.waits(1)
            let before = queue.commitCount
            let job = try await queue.enqueue(JobSpec(name: "greet", steps: [greet.step(name, name: "greet")]))
            #expect(await names.next() == name)
            var signals = queue.signals(for: .job(job.id)).makeAsyncIterator()
            while try await queue.job(job.id)?.isFinished == false { await signals.next() }
            #expect(queue.commitCount == before + 2, "one for the job and its lease, one for its end")
        }
        await queue.waits(1)
        runner.drain()
        try await ended
        #expect(queue.waitingClaims == 0)
        try await queue.close()
    }
}

extension SQLiteQueue {
    /// Returns when so many claims wait.
    fileprivate func waits(_ count: Int) async {
        while waitingClaims != count { await Task.yield() }
    }
}
