import JobClient
import JobCore
import JobHTTP
import JobSQLite
import JobTesting
import Testing

/// The contract of the store of a service, put to the queue on a server, over a real socket.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ConformanceTests {
    @Test("keeps the contract over a server on memory", arguments: QueueConformance.service)
    func memory(_ check: QueueCheck<any ServiceStore>) async throws {
        try await check.run(scoped: { time, body in
            let store = MemoryQueue(time: time.source)
            try await QueueServer.with(store, time: time.source) { server in
                try await server.withQueue(time: time.source) { try await body($0) }
            }
        })
    }

    @Test("keeps the contract over a server on a file", arguments: QueueConformance.service)
    func file(_ check: QueueCheck<any ServiceStore>) async throws {
        try await check.run(scoped: { time, body in
            try await SQLiteQueue.with(time: time.source) { store in
                try await QueueServer.with(store, time: time.source) { server in
                    try await server.withQueue(time: time.source) { try await body($0) }
                }
            }
        })
    }
}
