import JobCore
import JobSQLite

// A1 to A4 and A10: storing and draining jobs that do nothing.

extension Rows {
    static func a1(_ context: Context) async throws -> [Report] {
        let count = 100_000
        let queue = { MemoryQueue() }
        let (whole, others) = try await context.inTurns(
            {
                let queue = queue()
                return try await drain(queue, count: count, executors: Jobs.executors, concurrency: 1_024) {
                    try await queue.fill(count) { try Jobs.typed($0) }
                }
            },
            {
                let queue = queue()
                try await queue.fill(count) { try Jobs.typed($0) }
                return try await drain(queue, count: count, executors: Jobs.executors, concurrency: 1_024)
            })
        return [
            Report(
                row: "A1", what: "memory queue, typed jobs that do nothing: enqueue, claim, run, settle",
                unit: "jobs/s", ours: whole,
                comparisons: [
                    Comparison(
                        against: "150,000 (10× swift-jobs)", figures: [], ratios: whole, target: .atLeast(150_000)),
                    Comparison(against: "jobs stored before", figures: others[0], ratios: [], target: .none),
                ],
                notes: [
                    "swift-jobs is a Swift package of its own build, not installed here; its memory driver was measured "
                        + "at 9,600–21,500 jobs/s drained on a machine of this size."
                ])
        ]
    }

    static func a2(_ context: Context) async throws -> [Report] {
        let count = 50_000
        let callers = 64
        let (ours, others) = try await context.inTurns(
            {
                try await withStore { store in
                    let time = try await seconds {
                        try await withThrowingDiscardingTaskGroup { group in
                            for caller in 0..<callers {
                                group.addTask {
                                    for number in stride(from: caller, to: count, by: callers) {
                                        try await store.enqueue(Jobs.spec(number))
                                    }
                                }
                            }
                        }
                    }
                    return Double(count) / time
                }
            },
            {
                try await context.limit("sqlite_limit", "@/limit.sqlite", "insert", String(count), "100")
            },
            {
                try await context.scriptFigure("huey_peer.py", "enqueue", 2_000)
            })
        return [
            Report(
                row: "A2", what: "SQLite FULL, 64 callers store one job a call", unit: "jobs/s", ours: ours,
                comparisons: against(ours, others, [("raw SQLite, 100 a transaction", 0.3), ("huey one by one", 10)]))
        ]
    }

    static func a3(_ context: Context) async throws -> [Report] {
        let count = 100_000
        let (ours, others) = try await context.inTurns(
            {
                try await withStore { store in
                    // Two callers, so that one batch is encoded while the other is written.
                    let time = try await seconds {
                        async let other: Void = store.fill(count / 2) { Jobs.spec($0) }
                        try await store.fill(count / 2) { Jobs.spec($0) }
                        try await other
                    }
                    return Double(count) / time
                }
            },
            {
                try await context.limit("sqlite_limit", "@/limit.sqlite", "insert", String(count), "100")
            },
            {
                try await context.scriptFigure("huey_peer.py", "bulk", 20_000)
            })
        return [
            Report(
                row: "A3", what: "SQLite FULL, two callers, 1,000 jobs a call", unit: "jobs/s", ours: ours,
                comparisons: against(ours, others, [("raw SQLite, 100 a transaction", 0.5), ("huey in bulk", 4)]))
        ]
    }

    static func a4(_ context: Context) async throws -> [Report] {
        let count = 50_000
        let (ours, others) = try await context.inTurns(
            {
                try await withStore { store in
                    try await store.fill(count) { Jobs.spec($0) }
                    return try await drain(store, count: count, executors: Jobs.executors, concurrency: 512)
                }
            },
            {
                try await context.limit("sqlite_limit", "@/limit.sqlite", "settle", String(count), "100")
            },
            {
                try await context.scriptFigure("huey_peer.py", "drain", 5_000)
            })
        return [
            Report(
                row: "A4", what: "SQLite FULL, one process drains jobs that do nothing", unit: "jobs/s", ours: ours,
                comparisons: against(
                    ours, others, [("raw SQLite claim + complete, 100 a transaction", 0.3), ("huey, one process", 8)]))
        ]
    }

    static func a10(_ context: Context) async throws -> [Report] {
        let count = 10_000
        let (ours, others) = try await context.inTurns(
            {
                try await withStore { store in
                    try await store.fill(count) { Jobs.spec($0, steps: 3) }
                    return try await drain(store, count: count, executors: Jobs.executors, concurrency: 1_024)
                }
            },
            {
                let text = try await context.script("dbos_peer.py", "150")
                return Double(text.split(whereSeparator: \.isNewline).last ?? "") ?? 0
            })
        return [
            Report(
                row: "A10", what: "SQLite FULL, jobs of three steps, each recorded before the next", unit: "jobs/s",
                ours: ours, comparisons: against(ours, others, [("DBOS on SQLite", 100)]))
        ]
    }

    /// Comparisons of throughput with several others.
    static func against(
        _ ours: [Double], _ others: [[Double]], _ names: [(name: String, atLeast: Double?)]
    ) -> [Comparison] {
        zip(others, names).map { figures, name in
            Comparison(
                against: name.name, figures: figures, ratios: ratios(ours, figures),
                target: name.atLeast.map { .atLeast($0) } ?? .none)
        }
    }
}
