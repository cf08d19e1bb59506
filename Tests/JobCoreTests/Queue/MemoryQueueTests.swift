import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct MemoryQueueTests {
    @Test(arguments: QueueConformance.service)
    func conforms(_ check: QueueCheck<any ServiceStore>) async throws {
        try await check.run { MemoryQueue(time: $0.source) }
    }

    let time = ManualTime()

    static let spec = JobSpec(name: "job", steps: [StepSpec(name: "s", action: .handler(HandlerAction(name: "test")))])

    @Test func `finished jobs go after the default retention when they say nothing`() async throws {
        let queue = MemoryQueue(time: time.source, options: .init(defaultRetention: .seconds(60)))
        var own = JobSpec(name: "own")
        own.retention = .seconds(90)
        _ = try await queue.enqueue([NewJob(JobSpec(name: "plain")), NewJob(own)])
        time.advance(by: .seconds(60))
        #expect(try await queue.prune(limit: 10) == 1)
        time.advance(by: .seconds(30))
        #expect(try await queue.prune(limit: 10) == 1)
    }

    @Test func `by default finished jobs are kept for thirty days`() async throws {
        let queue = MemoryQueue(time: time.source)
        _ = try await queue.enqueue(JobSpec(name: "plain"))
        time.advance(by: .seconds(30 * 86_400) - .microseconds(1))
        #expect(try await queue.prune(limit: 10) == 0)
        time.advance(by: .microseconds(1))
        #expect(try await queue.prune(limit: 10) == 1)
    }

    @Test func `beyond the limit the job that finished first goes, and unfinished ones stay`() async throws {
        let queue = MemoryQueue(time: time.source, options: .init(maximumFinished: 2))
        let jobs = try await queue.enqueue((0..<4).map { _ in NewJob(Self.spec) })
        for index in [2, 0, 1] {
            try await queue.apply(.cancel(), to: jobs[index].id)
            time.advance(by: .seconds(1))
        }
        #expect(try await queue.job(jobs[2].id) == nil)
        // One that is brought back does not count, and finishes anew.
        try await queue.apply(.retry, to: jobs[0].id)
        try await queue.apply(.cancel(), to: jobs[3].id)
        time.advance(by: .seconds(1))
        let last = try await queue.apply(.cancel(), to: jobs[0].id)
        #expect(last.status(at: time.now) == .cancelled)
        #expect(try await queue.job(jobs[1].id) == nil)
        #expect(try await queue.job(jobs[0].id) != nil)
        #expect(try await queue.job(jobs[3].id) != nil)
        #expect(try await queue.counts().count(.cancelled) == 2)
    }

    @Test func `a log beyond its limit is cut, and one line says so`() async throws {
        let queue = MemoryQueue(time: time.source, options: .init(logLimit: ByteCount(10)))
        let id = try await queue.enqueue(Self.spec).id
        let claim = try #require(await queue.claim(ClaimRequest(worker: "w", lease: .seconds(10))).first)
        let chunks = (0..<5).map { number in
            let entry = LogEntry(time: time.now, step: 0, attempt: 1, stream: .stdout, bytes: Array("12345".utf8))
            return LogChunk(job: id, key: claim.key, number: number, entry: entry)
        }
        try await queue.append(chunks)
        let page = try #require(await queue.log(of: id, from: 0, limit: 1_000))
        #expect(page.entries.map(\.stream) == [.stdout, .stdout, .system])
        #expect(page.entries[2].text == "The log has reached its limit of 10 and is cut here.\n")
    }

    @Test func `offsets outside the log are moved to its ends`() async throws {
        let queue = MemoryQueue(time: time.source)
        let id = try await queue.enqueue(Self.spec).id
        #expect(try await queue.log(of: id, from: 99, limit: 10)?.nextOffset == 0)
        #expect(try await queue.log(of: id, from: -99, limit: 10)?.nextOffset == 0)
    }

    @Test(arguments: [0, -1, 1_001])
    func `a page of no or too many jobs is refused`(_ limit: Int) async throws {
        let queue = MemoryQueue(time: time.source)
        let error = await #expect(throws: QueueError.self) {
            try await queue.page(JobFilter(), after: nil, limit: limit)
        }
        #expect(error?.code == .invalidRequest)
    }

    @Test func `a clock that was set back makes jobs wait again, and none is lost`() async throws {
        let queue = MemoryQueue(time: time.source)
        var spec = Self.spec
        spec.notBefore = time.now + .seconds(10)
        _ = try await queue.enqueue(spec)
        time.advance(by: .seconds(10))
        #expect(try await queue.counts().count(.queued) == 1)
        time.setClock(to: time.now - .seconds(5))
        let request = ClaimRequest(worker: "w", lease: .seconds(10))
        #expect(try await queue.claim(request).isEmpty)
        time.advance(by: .seconds(5))
        #expect(try await queue.claim(request).count == 1)
    }

    @Test func `many jobs that leave from the middle disturb nobody`() async throws {
        let queue = MemoryQueue(time: time.source)
        let jobs = try await queue.enqueue((0..<3_000).map { _ in NewJob(Self.spec) })
        let leaving = jobs.indices.filter { $0 % 10 != 0 }
        _ = try await queue.apply(leaving.map { JobEvent(.cancel(), of: jobs[$0].id) })
        let claims = try await queue.claim(ClaimRequest(worker: "w", limit: 3_000, lease: .seconds(10)))
        #expect(claims.map(\.job.id) == stride(from: 0, to: 3_000, by: 10).map { jobs[$0].id })
    }
}
