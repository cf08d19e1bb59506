import JobClient
import JobCore
import JobHTTP
import JobTesting
import Testing

/// The queue on a server against the plain model, over generated histories; a printed seed repeats a fault.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ModelTests {
    private static func withDoor(_ body: ([QueueModel.Door]) async throws -> Void) async throws {
        let time = ManualTime()
        try await QueueServer.with(MemoryQueue(time: time.source), time: time.source) { server in
            try await server.withQueue(time: time.source) { try await body([QueueModel.Door($0, time)]) }
        }
    }

    @Test("the queue on a server does what the model does in every history")
    func histories() async throws {
        let model = QueueModel(doors: 1) { _, body in try await Self.withDoor(body) }
        for seed in QueueModel.seeds(10) {
            let fault = try await model.fault(seed: seed)
            #expect(fault == nil, "\(fault ?? "")")
            if fault != nil { break }
        }
    }

    @Test("concurrent callers of two queues on a server see one order of each job's changes")
    func rush() async throws {
        for seed in QueueModel.seeds(2) {
            let time = ManualTime()
            try await QueueServer.with(MemoryQueue(time: time.source), time: time.source) { server in
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
