import JobCore
import JobSQLite

// B1 and B2: polling a job's state, and submitting jobs, with wrk.

extension Rows {
    static func b1(_ context: Context) async throws -> [Report] {
        try await withServers(context) { servers in
            let id = try await servers.submit()
            let url = "\(servers.jobctl)/v1/jobs/\(id)"
            guard let tag = try Wire.get(url).fields["etag"] else { throw BenchError("a job came without an ETag") }
            let body = try await context.inTurns(
                { try Wrk(.init(url: url)).rate },
                { try Wrk(.init(url: "\(servers.bare)/jobs/\(id)")).rate },
                { try Wrk(.init(url: servers.nginx)).rate },
                { try Wrk(.init(url: "\(try servers.flask.get())/jobs/abc")).rate })
            let unchanged = try await context.inTurns(
                { try Wrk(.init(url: url, headers: ["If-None-Match": tag])).rate },
                {
                    try Wrk(.init(url: "\(servers.bare)/unchanged/\(id)", headers: ["If-None-Match": BareServer.tag]))
                        .rate
                })
            return [
                Report(
                    row: "B1", what: "GET of a job, 64 connections: 200 with JSON", unit: "requests/s", ours: body.ours,
                    comparisons: against(
                        body.ours, body.theirs,
                        [("bare Hummingbird, JSON", 0.8), ("nginx, a file", nil), ("flask + huey", 5)])),
                Report(
                    row: "B1", what: "the same, 304", unit: "requests/s", ours: unchanged.ours,
                    comparisons: against(unchanged.ours, unchanged.theirs, [("bare Hummingbird, 304", 0.9)])),
            ]
        }
    }

    static func b2(_ context: Context) async throws -> [Report] {
        try await withServers(context) { servers in
            let script = "\(servers.folder)/post.lua"
            try Files.write(
                """
                wrk.method = "POST"
                wrk.headers["Content-Type"] = "application/json"
                wrk.body = '\(Servers.submission)'
                """, to: script)
            var tails: [[Double]] = [[], [], []]
            func post(_ side: Int, _ url: String) throws -> Double {
                let run = try Wrk(.init(url: url, script: script))
                tails[side].append(run.tail)
                return run.rate
            }
            let (ours, others) = try await context.inTurns(
                { try post(0, "\(servers.jobctl)/v1/jobs") },
                { try post(1, "\(servers.bare)/jobs") },
                { try post(2, "\(try servers.flask.get())/jobs") })
            return [
                Report(
                    row: "B2", what: "POST of a job of one step, SQLite FULL, 64 connections", unit: "requests/s",
                    ours: ours,
                    comparisons: against(ours, others, [("bare Hummingbird, decoded only", 0.5), ("flask + huey", 6)])),
                Report(
                    row: "B2", what: "its p99", unit: "ms", ours: tails[0],
                    comparisons: [
                        Comparison(
                            against: "bare Hummingbird", figures: tails[1], ratios: ratios(tails[0], tails[1]),
                            target: .none),
                        Comparison(
                            against: "flask + huey", figures: tails[2], ratios: ratios(tails[0], tails[2]),
                            target: .atMost(0.25)),
                    ]),
            ]
        }
    }
}
