import JobCore
import JobSQLite
import JobTesting
import Testing

/// What happens to leases when somebody sets the clock.
@Suite(.timeLimit(.minutes(1))) struct ClockStepTests {
    private let time = ManualTime()
    private let names = [JobSpec.defaultQueue]

    private func withQueues(_ body: (any JobStore & QueueControl) async throws -> Void) async throws {
        try await body(MemoryQueue(time: time.source))
        try await Folder.with { folder in
            let queue = try await SQLiteQueue.open(path: folder.store, time: time.source)
            try await body(queue)
            try await queue.close()
        }
    }

    private func claim(_ queue: any JobQueue, as worker: String) async throws -> [Claim] {
        try await queue.claim(ClaimRequest(worker: worker, queues: names, limit: 10, lease: .seconds(30)))
    }

    @Test("a clock that is set forward takes no lease from a worker that renews it")
    func renewed() async throws {
        try await withQueues { queue in
            let job = try await queue.enqueue(.test())
            let held = try #require(try await claim(queue, as: "a").first)
            time.advance(by: .seconds(5))
            time.setClock(to: time.now + .seconds(86_400))
            #expect(try await queue.nextDue(in: names) == time.now + .seconds(25))
            #expect(try await claim(queue, as: "b").isEmpty)
            time.advance(by: .seconds(10))
            let beat = JobEvent(.heartbeat(held.key, lease: .seconds(30)), of: job.id)
            _ = try await queue.apply([beat])[0].get()
            time.advance(by: .seconds(29))
            #expect(try await claim(queue, as: "b").isEmpty)
            #expect(try await queue.nextDue(in: names) == time.now + .seconds(1))
            time.advance(by: LeaseClock.grace)
            #expect(try await claim(queue, as: "b").map(\.job.id) == [job.id])
        }
    }

    @Test("a clock that is set forward keeps no job from being recovered when its lease is over")
    func dead() async throws {
        try await withQueues { queue in
            let job = try await queue.enqueue(.test())
            _ = try await claim(queue, as: "a")
            time.setClock(to: time.now + .seconds(86_400))
            #expect(try await claim(queue, as: "b").isEmpty)
            time.advance(by: .seconds(29))
            #expect(try await claim(queue, as: "b").isEmpty)
            time.advance(by: .seconds(1))
            #expect(try #require(await queue.nextDue(in: names)) <= time.now)
            #expect(try await claim(queue, as: "b").map(\.job.id) == [job.id])
        }
    }

    @Test("a clock that is set forward lets no more jobs of a queue run at once than it may")
    func bounded() async throws {
        try await withQueues { queue in
            try await queue.setQueueSettings(NamedQueueSettings(concurrency: 1), for: JobSpec.defaultQueue)
            _ = try await queue.enqueue([NewJob(.test()), NewJob(.test())])
            let held = try await claim(queue, as: "a")
            #expect(held.count == 1)
            time.setClock(to: time.now + .seconds(3_600))
            #expect(try await queue.nextDue(in: names) == time.now + .seconds(30))
            #expect(try await claim(queue, as: "b").isEmpty)
        }
    }
}
