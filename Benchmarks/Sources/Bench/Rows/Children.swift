import JobCore
import JobSQLite
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What this program does when it is the other process of a row.
enum Children {
    static func run(_ work: String, _ arguments: [String]) async throws {
        switch work {
        case "bare": return try await BareServer.run()
        case "hold-open": return try HeldConnections.run(arguments)
        default: break
        }
        guard let path = arguments.first else { throw BenchError("the store is missing") }
        var executors = ExecutorRegistry()
        switch work {
        case "stamp":
            // Prints when each job began.
            executors.register(Jobs.noop) { _, _ in
                Console.print("\(monotonicMilliseconds())")
                return NoOutput()
            }
        case "hold":
            // Keeps its slots.
            executors.register(Jobs.noop) { _, _ in
                Console.print("began")
                try await Task.sleep(for: .seconds(600))
                return NoOutput()
            }
        default: throw BenchError("there is no work \(work)")
        }
        let store = try await SQLiteQueue.open(path: path)
        let runner = JobRunner(store: store, executors: executors)
        Console.print("ready")
        try await runner.run()
    }
}

/// A place for one time.
final class Marks: Sendable {
    private let mark = Mutex<Double?>(nil)

    func set(_ value: Double) { mark.withLock { $0 = value } }

    func take() -> Double? {
        mark.withLock { mark in
            defer { mark = nil }
            return mark
        }
    }
}
