import JobClient
import JobCore
import JobHTTP
import JobTesting
import Testing

/// Claims that wait at the server.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct LongPollTests {
    private static let request = ClaimRequest(worker: "w", limit: 5, lease: .seconds(30))

    @Test("a claim that waits is answered as soon as there is a job, or when the time is over")
    func waiting() async throws {
        let store = MemoryQueue()
        try await QueueServer.with(store) { server in
            try await server.withQueue { queue in
                #expect(try await queue.claim(Self.request, wait: .milliseconds(50)).isEmpty)
                async let claims = queue.claim(Self.request, wait: .seconds(50))
                let id = try await store.enqueue(.work()).id
                #expect(try await claims.map(\.job.id) == [id])
            }
        }
    }

    @Test("a claim that waits is answered when the job becomes due")
    func due() async throws {
        let store = MemoryQueue()
        try await QueueServer.with(store) { server in
            try await server.withQueue { queue in
                var spec = JobSpec.work()
                spec.notBefore = TimeSource.system.now + .milliseconds(200)
                let id = try await store.enqueue(spec).id
                #expect(try await queue.claim(Self.request, wait: .seconds(50)).map(\.job.id) == [id])
            }
        }
    }
}
