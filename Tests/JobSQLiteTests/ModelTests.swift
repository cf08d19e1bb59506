import JobCore
import JobSQLite
import JobTesting
import Testing

/// The queue in a file against the plain model, over generated histories; a printed seed repeats a fault.
@Suite(.timeLimit(.minutes(10))) struct ModelTests {
    /// Queues on one new file, each on a clock of its own.
    private static func withDoors(_ count: Int, _ body: ([QueueModel.Door]) async throws -> Void) async throws {
        try await Folder.with { folder in
            var doors: [QueueModel.Door] = []
            var queues: [SQLiteQueue] = []
            for _ in 0..<count {
                let time = ManualTime()
                let queue = try await SQLiteQueue.open(
                    path: folder.store, options: SQLiteOptions(durability: .normal, readers: 1), time: time.source)
                queues.append(queue)
                doors.append(.init(queue, time))
            }
            try await body(doors)
            for queue in queues { try await queue.close() }
        }
    }

    @Test("one or two queues on a file do what the model does in every history", arguments: [1, 2])
    func histories(doors: Int) async throws {
        let model = QueueModel(doors: doors) { try await Self.withDoors($0, $1) }
        for seed in QueueModel.seeds(60) {
            let fault = try await model.fault(seed: seed)
            #expect(fault == nil, "\(fault ?? "")")
            if fault != nil { break }
        }
    }

    @Test("concurrent callers of two queues on a file see one order of each job's changes")
    func rush() async throws {
        for seed in QueueModel.seeds(8) {
            try await Self.withDoors(2) { doors in
                let fault = try await QueueRush(doors: doors).fault(seed: seed)
                #expect(fault == nil, "\(fault ?? "")")
            }
        }
    }
}
