import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct MemoryQueueTests {
    @Test(arguments: QueueConformance.store)
    func conforms(_ check: QueueCheck<any JobStore>) async throws {
        try await check.run { MemoryQueue(time: $0.source) }
    }
}
