import JobCore
import JobSQLite
import JobTesting
import Testing

/// The contract of every store of a service, put to the queue in a file.
@Suite(.timeLimit(.minutes(1)))
struct ConformanceTests {
    @Test("keeps the contract of a store", arguments: QueueConformance.service)
    func conforms(_ check: QueueCheck<any ServiceStore>) async throws {
        try await check.run(scoped: Self.withQueue)
    }

    @Test("lets claims wait as it should", arguments: QueueConformance.waits)
    func waits(_ check: QueueCheck<any WaitingClaims>) async throws {
        try await check.run(scoped: Self.withQueue)
    }

    private static func withQueue(_ time: ManualTime, _ body: (SQLiteQueue) async throws -> Void) async throws {
        let queue = try await SQLiteQueue.temporary(time: time.source)
        do {
            try await body(queue)
        } catch {
            try await queue.close()
            throw error
        }
        try await queue.close()
    }
}
