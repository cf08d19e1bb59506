import JobClient
import JobCore
import JobHTTP
import JobTesting
import Testing

/// Calls whose answer is lost are repeated, and are answered as the first would have been.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct LostAnswerTests {
    private static func withProxy(
        attempts: Int = 5, _ body: (MemoryQueue, FaultProxy, RemoteQueue) async throws -> Void
    ) async throws {
        let store = MemoryQueue()
        try await QueueServer.with(store) { server in
            try await FaultProxy.with(to: server.port) { proxy in
                try await RemoteQueue.with(at: proxy.url, attempts: attempts) { try await body(store, proxy, $0) }
            }
        }
    }

    private static func request(_ limit: Int = 10) -> ClaimRequest {
        ClaimRequest(worker: "remote", limit: limit, lease: .seconds(30))
    }

    @Test("an enqueue stores its jobs once")
    func enqueue() async throws {
        try await Self.withProxy { store, proxy, queue in
            proxy.loseAnswers(2)
            let job = try await queue.enqueue(.work())
            #expect(try await store.page(JobFilter(), after: nil, limit: 10).jobs.map(\.id) == [job.id])
            #expect(proxy.faults == 2)
        }
    }

    @Test("a claim gives the same leases, not others, and counts one attempt")
    func claim() async throws {
        try await Self.withProxy { store, proxy, queue in
            _ = try await store.enqueue((0..<5).map { NewJob(.work("\($0)")) })
            proxy.loseAnswers(1)
            let claims = try await queue.claim(Self.request(3))
            #expect(claims.count == 3)
            #expect(try await store.counts().count(.running) == 3)
            let settled = try await queue.apply(claims.map { JobEvent(.released($0.key, reason: "r"), of: $0.job.id) })
            #expect(settled.allSatisfy { (try? $0.get()) != nil })
            #expect(claims.allSatisfy { $0.job.attempts.count == 1 })
        }
    }

    @Test("a claim that the transport repeats by itself gives the same leases")
    func silentRepeat() async throws {
        try await Self.withProxy(attempts: 1) { store, proxy, queue in
            _ = try await store.enqueue((0..<3).map { NewJob(.work("\($0)")) })
            let first = try await queue.claim(Self.request(1))
            proxy.loseAnswers(1)
            let second = try await queue.claim(Self.request(1))
            #expect(second.count == 1 && second[0].job.id != first[0].job.id)
            #expect(try await store.counts().count(.running) == 2)
        }
    }

    @Test("leases of a claim that failed for good come with the next claim")
    func failedClaim() async throws {
        try await Self.withProxy(attempts: 1) { store, proxy, queue in
            _ = try await store.enqueue((0..<3).map { NewJob(.work("\($0)")) })
            let first = try await queue.claim(Self.request(1))
            // The transport repeats a request once by itself when a connection that it kept turns out to be dead.
            proxy.loseAnswers(2)
            let error = await #expect(throws: QueueError.self) { try await queue.claim(Self.request(1)) }
            #expect(error?.code == .unavailable && error?.isTransient == true)
            let claims = try await queue.claim(Self.request())
            #expect(claims.count == 2)
            #expect(Set(claims.map(\.job.id)).isDisjoint(with: first.map(\.job.id)))
            #expect(claims.allSatisfy { $0.job.attempts.count == 1 })
            // What it knows is not given again.
            #expect(try await queue.claim(Self.request()).isEmpty)
        }
    }

    @Test("a lost answer is found also by a server that was started again")
    func restart() async throws {
        let store = MemoryQueue()
        _ = try await store.enqueue(.work())
        try await QueueServer.with(store) { first in
            try await QueueServer.with(store) { second in
                try await FaultProxy.with(to: first.port) { proxy in
                    try await RemoteQueue.with(at: proxy.url, attempts: 2) { queue in
                        proxy.loseAnswers(1)
                        proxy.lead(to: second.port)
                        let claims = try await queue.claim(Self.request())
                        #expect(claims.count == 1)
                        #expect(claims.first?.job.attempts.count == 1)
                    }
                }
            }
        }
    }

    @Test("a cancel, a retry by hand, a change and a deletion are answered as the first time")
    func changes() async throws {
        try await Self.withProxy { store, proxy, queue in
            let id = try await store.enqueue(.work()).id
            proxy.loseAnswers(1)
            let edited = try await queue.apply(.edit(JobEdit(priority: 7), ifVersion: 1), to: id)
            #expect(edited.spec.priority == 7 && edited.version == 2)
            proxy.loseAnswers(1)
            #expect(try await queue.apply(.cancel(reason: "r"), to: id).phase == .cancelled)
            proxy.loseAnswers(1)
            #expect(try await queue.apply(.retry, to: id).phase == .waiting)
            try await queue.apply(.cancel(), to: id)
            proxy.loseAnswers(1)
            let deleted = try await queue.delete([id])
            #expect(deleted.count == 1)
            try deleted[0].get()
            #expect(try await store.job(id) == nil)
            #expect(proxy.faults == 4)
        }
    }

    @Test("output is stored once, in its order")
    func output() async throws {
        try await Self.withProxy { store, proxy, queue in
            let id = try await store.enqueue(.work()).id
            let claim = try #require(await queue.claim(Self.request()).first)
            for number in 0..<5 {
                proxy.loseAnswers(number % 2)
                let entry = LogEntry(
                    time: TimeSource.system.now, step: 0, attempt: 1, stream: .stdout, bytes: Array("\(number)".utf8))
                try await queue.append([LogChunk(job: id, key: claim.key, number: number, entry: entry)])
            }
            proxy.loseAnswers(1)
            try await queue.apply(.stepSucceeded(claim.key, step: 0, output: .none), to: id)
            let log = try #require(await queue.log(of: id, from: 0, limit: 1_000))
            #expect(log.entries.map(\.text).joined() == "01234")
        }
    }

    @Test("a token is in no error, whatever fails")
    func secrecy() async throws {
        let secret = "jk_abc_verysecret"
        try await QueueServer.with(MemoryQueue(), access: .tokens) { server in
            try await server.withQueue(token: secret) { queue in
                let error = await #expect(throws: QueueError.self) { try await queue.counts() }
                #expect(error?.code == .notPermitted)
                #expect(!"\(error.map { "\($0)" } ?? "") \(String(reflecting: error))".contains("verysecret"))
            }
        }
        try await RemoteQueue.with(at: "http://127.0.0.1:1", token: secret, attempts: 1) { queue in
            let error = await #expect(throws: QueueError.self) { try await queue.counts() }
            #expect(error?.code == .unavailable)
            #expect(!String(reflecting: error).contains("verysecret"))
        }
        let token = try BearerToken(secret)
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!"\(token) \(String(reflecting: token)) \(dumped)".contains("verysecret"))
    }

    @Test("large messages are cut into several, and arrive whole")
    func largeMessages() async throws {
        try await QueueServer.with(MemoryQueue()) { server in
            try await server.withQueue { queue in
                let id = try await queue.enqueue(.work()).id
                let claim = try #require(await queue.claim(Self.request()).first)
                let chunks = (0..<100).map { number in
                    LogChunk(
                        job: id, key: claim.key, number: number,
                        entry: LogEntry(
                            time: TimeSource.system.now, step: 0, attempt: 1, stream: .stdout,
                            bytes: Array(repeating: UInt8(65 + number % 26), count: 60_000)))
                }
                let event = JobEvent(.stepSucceeded(claim.key, step: 0, output: .none), of: id)
                _ = try await queue.apply([event], logging: chunks)[0].get()
                var offset: Int64 = 0
                while let page = try await queue.log(of: id, from: offset, limit: 1 << 20), !page.entries.isEmpty {
                    for entry in page.entries {
                        let number = UInt8(65 + offset / 60_000 % 26)
                        #expect(entry.bytes.allSatisfy { $0 == number })
                        offset += Int64(entry.bytes.count)
                    }
                }
                #expect(offset == 100 * 60_000)
            }
        }
    }
}
