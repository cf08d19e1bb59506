import JobClient
import JobCore
import JobHTTP
import JobSQLite
import JobTesting
import Testing

/// The queue on a server against the plain model, over generated histories; a printed seed repeats a fault.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ModelTests {
    /// What the server keeps its jobs in.
    enum Store: CaseIterable, CustomTestStringConvertible {
        case memory, file

        var testDescription: String { "over a server on \(self == .memory ? "memory" : "a file")" }

        func withServer(_ time: ManualTime, _ body: (QueueServer) async throws -> Void) async throws {
            switch self {
            case .memory:
                try await QueueServer.with(MemoryQueue(time: time.source), time: time.source) { try await body($0) }
            case .file:
                try await SQLiteQueue.with(time: time.source) { store in
                    try await QueueServer.with(store, time: time.source) { try await body($0) }
                }
            }
        }
    }

    @Test("the queue on a server does what the model does in every history", arguments: Store.allCases)
    func histories(store: Store) async throws {
        let model = QueueModel(doors: 1) { _, body in
            let time = ManualTime()
            try await store.withServer(time) { server in
                try await server.withQueue(time: time.source) { try await body([QueueModel.Door($0, time)]) }
            }
        }
        for seed in QueueModel.seeds(10) {
            let fault = try await model.fault(seed: seed)
            #expect(fault == nil, "\(fault ?? "")")
            if fault != nil { break }
        }
    }

    @Test(
        "concurrent callers of two queues on a server see one order of each job's changes", arguments: Store.allCases)
    func rush(store: Store) async throws {
        for seed in QueueModel.seeds(2) {
            let time = ManualTime()
            try await store.withServer(time) { server in
                try await server.withQueue(time: time.source) { first in
                    try await server.withQueue(time: time.source) { second in
                        let doors = [QueueModel.Door(first, time), QueueModel.Door(second, time)]
                        let fault = try await QueueRush(doors: doors).fault(seed: seed)
                        #expect(fault == nil, "\(fault ?? "")")
                    }
                }
            }
        }
    }
}
