import JobCore
import JobTesting
import Testing

/// The queue in memory against the plain model, over generated histories; a printed seed repeats a fault.
@Suite(.timeLimit(.minutes(10))) struct MemoryQueueModelTests {
    private let model = QueueModel { _, body in
        let time = ManualTime()
        try await body([.init(MemoryQueue(time: time.source), time)])
    }

    @Test func `does what the model does in every history`() async throws {
        for seed in QueueModel.seeds(300) {
            let fault = try await model.fault(seed: seed)
            #expect(fault == nil, "\(fault ?? "")")
            if fault != nil { break }
        }
    }

    @Test func `concurrent callers see one order of each job's changes`() async throws {
        for seed in QueueModel.seeds(40) {
            let time = ManualTime()
            let rush = QueueRush(doors: [.init(MemoryQueue(time: time.source), time)])
            let fault = try await rush.fault(seed: seed)
            #expect(fault == nil, "\(fault ?? "")")
            if fault != nil { break }
        }
    }
}
