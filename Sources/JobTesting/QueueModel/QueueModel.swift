public import JobCore

/// Applies generated histories to a queue and to a plain model of the contract, and compares everything that both say.
///
/// A fault names its seed; the same seed repeats it. Before it is reported, operations that it does not need are left
/// out, as long as that is quick.
public struct QueueModel: Sendable {
    /// One way into a queue: several may lead to one store, as those of several processes do.
    public struct Door: Sendable {
        /// The queue.
        public let store: any JobStore
        /// The clock that the queue runs on.
        public let time: ManualTime
        /// The same queue, where its jobs can be deleted and its named queues be paused and bounded.
        let controls: (any JobAdministration & QueueControl)?

        /// Makes a door; what people do besides changing, cancelling and retrying is left out.
        public init(_ store: any JobStore, _ time: ManualTime) {
            self.store = store
            self.time = time
            controls = nil
        }

        /// Makes a door to a queue whose jobs can be deleted and whose named queues can be paused and bounded.
        public init(_ store: any JobStore & JobAdministration & QueueControl, _ time: ManualTime) {
            self.store = store
            self.time = time
            controls = store
        }
    }

    /// Makes an empty store with so many doors, each on a clock of its own, and hands them over.
    public typealias Scope = @Sendable (_ doors: Int, _ body: ([Door]) async throws -> Void) async throws -> Void

    private let doors: Int
    private let scope: Scope

    /// Makes a model test.
    ///
    /// - Parameters:
    ///   - doors: how many queues on one store take turns, at least 1.
    ///   - scope: makes them and cleans up.
    public init(doors: Int = 1, scope: @escaping Scope) {
        self.doors = doors
        self.scope = scope
    }

    /// Runs the history of a seed.
    ///
    /// - Returns: what the queue said that the contract does not, with the shortest history found that shows it; nil when
    ///   all was well.
    /// - Throws: what the queue throws.
    public func fault(seed: UInt64, operations: Int = 60) async throws -> String? {
        var generator = ModelGenerator(seed: seed, stores: doors)
        var history = generator.history(operations)
        guard var fault = try await run(history) else { return nil }
        // What comes after the fault does not matter; of what comes before, each operation is tried without.
        history.removeLast(history.count - fault.operation - 1)
        var index = history.count - 2
        while index >= 0 {
            var shorter = history
            shorter.remove(at: index)
            if let same = try await run(shorter), same.operation == shorter.count - 1 {
                history = shorter
                fault = same
            }
            index -= 1
        }
        let lines = history.map { "  door \($0.door): \($0.operation)" }
        return "seed \(seed): \(fault.text)\n\(lines.joined(separator: "\n"))"
    }

    private func run(_ history: [(door: Int, operation: ModelOperation)]) async throws -> Fault? {
        let result = Observed<Fault?>(nil)
        try await scope(doors) { doors in
            var player = ModelPlayer(doors: doors)
            for (index, entry) in history.enumerated() {
                if let text = try await player.play(entry.operation, through: entry.door) {
                    result.update { $0 = Fault(operation: index, text: text) }
                    return
                }
            }
        }
        return result.value
    }

    private struct Fault: Sendable {
        var operation: Int
        var text: String
    }
}
