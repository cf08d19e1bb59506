import JobClient
import JobCore
import JobSQLite
import JobTransport

// B3: draining over HTTP.

extension Rows {
    static func b3(_ context: Context) async throws -> [Report] {
        let count = 50_000
        let (ours, others) = try await context.inTurns(
            {
                try await context.withFolder { folder in
                    let path = "\(folder)/jobs.sqlite"
                    let store = try await SQLiteQueue.open(path: path)
                    try await store.fill(count) { Jobs.spec($0) }
                    try await store.close()
                    return try await drainRemotely(context, "sqlite:\(path)", count)
                }
            },
            {
                try await withStore { store in
                    try await store.fill(count) { Jobs.spec($0) }
                    return try await drain(store, count: count, executors: Jobs.executors, concurrency: 512)
                }
            })
        return [
            Report(
                row: "B3", what: "SQLite FULL behind jobctl serve, one remote worker drains jobs that do nothing",
                unit: "jobs/s", ours: ours,
                comparisons: [
                    Comparison(
                        against: "the same in one process (A4)", figures: others[0], ratios: ratios(ours, others[0]),
                        target: .atLeast(0.4)),
                    Comparison(
                        against: "6,240 (10× celery on Redis)", figures: [], ratios: ours, target: .atLeast(6_240)),
                ],
                notes: ["celery needs a Redis and is not installed here; it was measured at 624 jobs/s."])
        ]
    }

    /// Starts a server in a process of its own and runs its store empty over HTTP.
    private static func drainRemotely(_ context: Context, _ store: String, _ count: Int) async throws -> Double {
        let server = try Child([
            context.jobctl, "serve", "--store", store, "--listen", "127.0.0.1:0", "--workers", "0", "--no-auth",
        ])
        defer { server.stop() }
        guard let url = server.line()?.split(separator: " ").last else {
            throw BenchError("jobctl serve did not start")
        }
        let transport = try CurlTransport()
        let queue = RemoteQueue(server: try ServerAddress(url: String(url)), transport: transport)
        let figure: Double
        do {
            figure = try await drain(queue, count: count, executors: Jobs.executors, concurrency: 512)
        } catch {
            await transport.shutdown()
            throw error
        }
        queue.close()
        await transport.shutdown()
        return figure
    }
}
