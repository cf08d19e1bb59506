import JobCore
import JobSQLite

// A8 and A11: what a large store costs.

extension Rows {
    static func a8(_ context: Context) async throws -> [Report] {
        let (waiting, finished) = (1_000_000, 1_000_000)
        return try await context.withFolder { folder in
            let large = try await SQLiteQueue.open(path: "\(folder)/large.sqlite")
            let small = try await SQLiteQueue.open(path: "\(folder)/small.sqlite")
            Context.tell("A8: storing \(waiting + finished) jobs")
            // A job without steps has succeeded as soon as it is stored.
            try await large.fill(finished) { _ in JobSpec(name: "done") }
            let later = TimeSource.system.now + .seconds(86_400)
            try await large.fill(waiting) { number in
                var spec = Jobs.spec(number)
                if number % 10 == 0 { spec.notBefore = later + .seconds(number % 1_000) }
                if number % 100 == 1 { spec.lane = "lane-\(number % 5_000)" }
                return spec
            }
            var reports: [Report] = []
            for batch in [1, 100] {
                let rounds = batch == 1 ? 200 : 30
                var (ours, empty): ([Double], [Double]) = ([], [])
                for _ in 0..<max(5, context.pairs) {
                    try await small.fill(rounds * batch) { Jobs.spec($0) }
                    empty.append(try await claimTime(small, batch: batch, rounds: rounds))
                    ours.append(try await claimTime(large, batch: batch, rounds: rounds))
                }
                reports.append(
                    Report(
                        row: "A8", what: "claiming \(batch) of 1,000,000 waiting jobs beside 1,000,000 finished ones",
                        unit: "µs/claim", ours: ours,
                        comparisons: [
                            Comparison(
                                against: "a store of these jobs alone", figures: empty, ratios: ratios(ours, empty),
                                target: .atMost(2))
                        ]))
            }
            try await large.close()
            try await small.close()
            return reports
        }
    }

    /// The time of one claim, in microseconds.
    private static func claimTime(_ store: SQLiteQueue, batch: Int, rounds: Int) async throws -> Double {
        let request = ClaimRequest(worker: "bench", limit: batch, lease: .seconds(3_600))
        let time = try await seconds {
            for _ in 0..<rounds {
                let claims = try await store.claim(request)
                guard claims.count == batch else { throw BenchError("\(claims.count) of \(batch) jobs were claimed") }
            }
        }
        return time / Double(rounds) * 1_000_000
    }

    static func a11(_ context: Context) async throws -> [Report] {
        try await context.withFolder { folder in
            let path = "\(folder)/jobs.sqlite"
            let store = try await SQLiteQueue.open(path: path)
            try await store.fill(100_000) { Jobs.spec($0) }
            try await store.close()
            let list = [context.jobctl, "list", "--store", "sqlite:\(path)"]
            let celery = context.python.map { python in
                [String(python.dropLast("python".count)) + "celery", "--version"]
            }
            var (ours, theirs): ([Double], [Double]) = ([], [])
            _ = try Child.run(list, isSilent: true)
            for round in 0..<20 {
                ours.append(try await seconds { _ = try Child.run(list, isSilent: true) } * 1_000)
                if let celery, round % 4 == 0 {
                    theirs.append(try await seconds { _ = try Child.run(celery, isSilent: true) } * 1_000)
                }
            }
            var comparisons = [Comparison(against: "30 ms", figures: [], ratios: ours, target: .atMost(30))]
            if !theirs.isEmpty {
                comparisons.append(
                    Comparison(
                        against: "celery --version", figures: theirs, ratios: [ours.median / theirs.median],
                        target: .atMost(0.1)))
            }
            return [
                Report(
                    row: "A11", what: "jobctl list on 100,000 jobs, the whole process", unit: "ms", ours: ours,
                    comparisons: comparisons)
            ]
        }
    }
}
