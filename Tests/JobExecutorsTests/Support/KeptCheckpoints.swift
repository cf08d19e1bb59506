import FoundationEssentials
import JobCore
import Synchronization

/// Keeps one checkpoint in memory.
final class KeptCheckpoints: CheckpointStore {
    private struct State {
        var bytes: [UInt8]?
        var saves = 0
    }

    private let state = Mutex(State())

    var isEmpty: Bool { state.withLock { $0.bytes == nil } }
    var saves: Int { state.withLock { $0.saves } }

    func put(_ bytes: [UInt8]) { state.withLock { $0.bytes = bytes } }

    func save(_ checkpoint: Checkpoint, from path: String) async throws {
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        state.withLock { state in
            state.bytes = bytes
            state.saves += 1
        }
    }

    func load(_ checkpoint: Checkpoint, to path: String) async throws -> Bool {
        guard let bytes = state.withLock({ $0.bytes }) else { return false }
        try Data(bytes).write(to: URL(filePath: path))
        return true
    }

    func remove(_ checkpoint: Checkpoint) async throws { state.withLock { $0.bytes = nil } }
}
