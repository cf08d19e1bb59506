import JobClient
import JobCore
import JobHTTP
import JobTesting
import JobTransport
import Testing

/// The client for programs that only submit and watch, against a real server.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct JobClientTests {
    private static func withClient(
        _ body: (MemoryQueue, FaultProxy, JobClient) async throws -> Void
    ) async throws {
        let store = MemoryQueue()
        try await QueueServer.with(store) { server in
            try await FaultProxy.with(to: server.port) { proxy in
                let transport = try CurlTransport()
                var address = try ServerAddress(url: proxy.url)
                address.proxy = .direct
                do {
                    try await body(store, proxy, JobClient(server: address, transport: transport))
                } catch {
                    await transport.shutdown()
                    throw error
                }
                await transport.shutdown()
            }
        }
    }

    /// Works a job off, with a line of output for each step.
    private static func work(_ store: MemoryQueue) async throws {
        for claim in try await store.claim(ClaimRequest(worker: "w", limit: 10, lease: .seconds(30))) {
            let entry = LogEntry(time: .epoch, step: 0, attempt: 1, stream: .stdout, bytes: Array("printed\n".utf8))
            try await store.append([LogChunk(job: claim.job.id, key: claim.key, number: 0, entry: entry)])
            let output = StepOutput(json: ["answer": 42])
            for step in claim.job.spec.steps.indices {
                try await store.apply(.stepSucceeded(claim.key, step: step, output: output), to: claim.job.id)
            }
            try await store.apply(.succeeded(claim.key), to: claim.job.id)
        }
    }

    @Test("submits once, also when answers are lost, and waits for the end")
    func submitting() async throws {
        try await Self.withClient { store, proxy, client in
            proxy.loseAnswers(2)
            let job = try await client.submit(.work("mine", steps: 2))
            #expect(job.name == "mine" && job.status == .queued && job.steps.count == 2)
            #expect(
                try await client.submit(.work("mine", steps: 2), key: "k").id
                    == client.submit(.work("mine", steps: 2), key: "k").id)
            #expect(try await store.page(JobFilter(), after: nil, limit: 10).jobs.count == 2)
            async let finished = client.finished(job.id)
            try await Self.work(store)
            let end = try #require(await finished)
            #expect(end.status == .succeeded && end.attempts.count == 1)
            #expect(end.steps.last?.output?.json == ["answer": 42])
            let log = try #require(await client.log(of: job.id))
            #expect(String(decoding: log.bytes, as: UTF8.self) == "printed\n" && log.isComplete && log.nextOffset == 8)
            #expect(try await client.job(JobID()) == nil)
            #expect(try await client.finished(JobID()) == nil)
            #expect(try await client.log(of: JobID()) == nil)
        }
    }

    @Test("names the fields of a job that is refused")
    func refusal() async throws {
        try await Self.withClient { _, _, client in
            let error = await #expect(throws: InvalidJob.self) {
                try await client.submit([.work(), .work(String(repeating: "x", count: 300))])
            }
            #expect(error?.issues.first?.path == "jobs[1].name")
        }
    }

    @Test("lists in pages, cancels and retries")
    func listing() async throws {
        try await Self.withClient { _, _, client in
            var spec = JobSpec.work()
            spec.tags = ["team": "a b&c"]
            let ids = try await client.submit(Array(repeating: spec, count: 5)).map(\.id)
            var filter = JobFilter(statuses: [.queued], tags: spec.tags)
            let first = try await client.list(filter, limit: 3)
            let next = try #require(first.next)
            let second = try await client.list(filter, from: next, limit: 3)
            #expect(Set((first.jobs + second.jobs).map(\.id)) == Set(ids) && second.next == nil)
            #expect(try await client.cancel(ids[0], reason: "why")?.status == .cancelled)
            #expect(try await client.retry(ids[0])?.status == .queued)
            #expect(try await client.cancel(JobID()) == nil)
            filter.name = "other"
            #expect(try await client.list(filter).jobs.isEmpty)
        }
    }

    @Test("follows a job to its end over connections that break")
    func following() async throws {
        try await Self.withClient { store, proxy, client in
            let id = try await client.submit(.work()).id
            var seen: [JobStatus] = []
            for try await job in client.changes(of: id) {
                seen.append(job.status)
                if seen.count == 1 {
                    proxy.setAway(true)
                    proxy.setAway(false)
                    try await Self.work(store)
                }
            }
            #expect(seen.first == .queued && seen.last == .succeeded)
        }
    }
}
