import JobCore
import JobSQLite
import JobTesting
import Testing

/// The contract of every store of a service, put to the queue in a file.
@Suite(.timeLimit(.minutes(1)))
struct ConformanceTests {
    @Test("keeps the contract of a store", arguments: QueueConformance.service)
    func conforms(_ check: QueueCheck<any ServiceStore>) async throws {
        try await check.run(scoped: { time, body in
            let queue = try await SQLiteQueue.temporary(time: time.source)
            do {
                try await body(queue)
            } catch {
                try await queue.close()
                throw error
            }
            try await queue.close()
        })
    }
}
