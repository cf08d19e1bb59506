import JobCore
import JobSQLite

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// A7 and A9: what a runner does while it waits for work.

extension Rows {
    static func a7(_ context: Context) async throws -> [Report] {
        let own = try await withStore { store in
            let marks = Marks()
            var executors = ExecutorRegistry()
            executors.register(Jobs.noop) { _, _ in
                marks.set(monotonicMilliseconds())
                return NoOutput()
            }
            return try await withRunner(store, executors) {
                try await latencies(store, count: 100) { submitted in
                    while true {
                        if let begun = marks.take() { return begun - submitted }
                        try await Task.sleep(for: .milliseconds(1))
                    }
                }
            }
        }
        let other = try await context.withFolder { folder in
            let path = "\(folder)/jobs.sqlite"
            let store = try await SQLiteQueue.open(path: path)
            let child = try Child([context.itself, "--child", "stamp", path])
            defer { child.stop() }
            guard child.line() == "ready" else { throw BenchError("the other process did not start") }
            try await Task.sleep(for: .milliseconds(200))
            let values = try await latencies(store, count: 60) { submitted in
                guard let line = child.line(), let begun = Double(line) else {
                    throw BenchError("the other process ended")
                }
                return begun - submitted
            }
            try await store.close()
            return values
        }
        let huey = (try? await context.script("huey_peer.py", "latency", "20")).map {
            $0.split(whereSeparator: \.isNewline).compactMap { Double($0) }
        }
        var reports: [Report] = []
        for (what, values, middle, tail) in [
            ("runner of the same process", own, 1.0, Optional(5.0)), ("runner of another process", other, 30, nil),
        ] {
            var comparisons = [
                Comparison(against: "p50", figures: [], ratios: [values.median], target: .atMost(middle)),
                Comparison(
                    against: "p99", figures: [], ratios: [values.percentile(0.99)],
                    target: tail.map { .atMost($0) } ?? .none),
            ]
            if let huey, !huey.isEmpty {
                comparisons.append(
                    Comparison(against: "huey on SQLite", figures: huey, ratios: [], target: .none))
            }
            reports.append(
                Report(
                    row: "A7", what: "from enqueue to the step's start, idle \(what)", unit: "ms", ours: values,
                    comparisons: comparisons,
                    notes: tail == nil
                        ? ["pgqueuer needs a Postgres server and is not run here; measured elsewhere: 3.7 ms."] : []))
        }
        return reports
    }

    /// Submits one job at a time to an idle store.
    private static func latencies(
        _ store: SQLiteQueue, count: Int, _ measure: (Double) async throws -> Double
    ) async throws -> [Double] {
        var values: [Double] = []
        for number in 0..<count + 3 {
            try await Task.sleep(for: .milliseconds(20 + 7 * (number % 5)))
            let submitted = monotonicMilliseconds()
            try await store.enqueue(Jobs.spec(number))
            let value = try await measure(submitted)
            if number >= 3 { values.append(value) }
        }
        return values
    }

    static func a9(_ context: Context) async throws -> [Report] {
        try await context.withFolder { folder in
            let path = "\(folder)/jobs.sqlite"
            let store = try await SQLiteQueue.open(path: path)
            // Only a process of its own shows what a runner needs.
            let child = try Child([context.itself, "--child", "hold", path])
            defer { child.stop() }
            guard child.line() == "ready" else { throw BenchError("the other process did not start") }
            try await Task.sleep(for: .seconds(2))
            let idle = Child.memory(of: child.pid)
            let before = child.processorTime()
            try await Task.sleep(for: .seconds(10))
            let idleTime = child.processorTime() - before
            // Its slots are held by jobs that last, while everything else waits behind them.
            try await store.fill(4) { Jobs.spec($0) }
            for _ in 0..<4 { _ = child.line() }
            try await Task.sleep(for: .seconds(1))
            let busy = Child.memory(of: child.pid)
            try await store.fill(100_000) { Jobs.spec($0) }
            try await Task.sleep(for: .seconds(2))
            let queued = Child.memory(of: child.pid)
            try await store.close()
            return [
                Report(
                    row: "A9", what: "memory of a process with an idle runner (PSS)", unit: "MiB", ours: [idle],
                    comparisons: [Comparison(against: "", figures: [], ratios: [idle], target: .atMost(40))]),
                Report(
                    row: "A9", what: "growth with 100,000 more jobs waiting", unit: "MiB", ours: [queued - busy],
                    comparisons: [
                        Comparison(against: "", figures: [], ratios: [queued - busy], target: .atMost(2))
                    ]),
                Report(
                    row: "A9", what: "processor time of an idle runner in 10 s, a second process on its file",
                    unit: "ms", ours: [idleTime],
                    comparisons: [Comparison(against: "", figures: [], ratios: [idleTime], target: .atMost(10))]),
            ]
        }
    }
}

/// Calls a body while a runner serves a store.
func withRunner<Value: Sendable>(
    _ store: SQLiteQueue, _ executors: ExecutorRegistry, _ body: () async throws -> Value
) async throws -> Value {
    let runner = JobRunner(store: store, executors: executors)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await runner.run() }
        try await Task.sleep(for: .milliseconds(200))
        let value = try await body()
        runner.drain()
        try await group.waitForAll()
        return value
    }
}

/// A clock that all processes of the machine share.
func monotonicMilliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
}
