import JobCore

// B4: many connections on which hardly anything happens.

extension Rows {
    static func b4(_ context: Context) async throws -> [Report] {
        [try await streams(context), try await longPolls(context)]
    }

    private static func streams(_ context: Context) async throws -> Report {
        let quiet = 9_900
        let watching = 100
        return try await context.withFolder { folder in
            let server = try JobctlServer(context, folder: folder)
            defer { server.stop() }
            let jobs = try (0..<2).map { _ in
                let answer = try Wire.request("POST", "\(server.url)/v1/jobs", body: Servers.submission)
                guard let id = answer.fields["location"]?.split(separator: "/").last else {
                    throw BenchError("the job was not taken: \(answer.status)")
                }
                return String(id)
            }
            try await Task.sleep(for: .seconds(1))
            let before = Child.memory(of: server.child.pid)
            let first = try Child([
                context.itself, "--child", "hold-open", server.url, "/v1/jobs/\(jobs[0])/events", "\(quiet)",
            ])
            defer { first.stop() }
            let second = try Child([
                context.itself, "--child", "hold-open", server.url, "/v1/jobs/\(jobs[1])/events", "\(watching)",
            ])
            defer { second.stop() }
            for child in [first, second] where child.line() != "open" {
                throw BenchError("not all connections were taken; is the limit of open files (ulimit -n) above 11,000?")
            }
            let time = server.child.processorTime()
            // One event a second for each of those that watch the second job.
            for number in 0..<10 {
                let answer = try Wire.request(
                    "PATCH", "\(server.url)/v1/jobs/\(jobs[1])", fields: ["If-Match": "*"],
                    body: #"{"tags":{"round":"\#(number)"}}"#)
                guard answer.status == 200 else { throw BenchError("the job was not changed: \(answer.status)") }
                try await Task.sleep(for: .seconds(1))
            }
            let used = server.child.processorTime() - time
            let each = (Child.memory(of: server.child.pid) - before) * 1_024 / Double(quiet + watching)
            return Report(
                row: "B4", what: "10,000 event streams, one event a second to 100 of them: memory of each (PSS)",
                unit: "KiB", ours: [each],
                comparisons: [Comparison(against: "", figures: [], ratios: [each], target: .atMost(25))],
                notes: ["the server used \(Figures.short(used)) ms of processor time in the 10 s of the events."])
        }
    }

    private static func longPolls(_ context: Context) async throws -> Report {
        let count = 1_000
        return try await context.withFolder { folder in
            let server = try JobctlServer(context, folder: folder)
            defer { server.stop() }
            let child = try Child([
                context.itself, "--child", "hold-open", server.url, "/v1/queue/claim", "\(count)",
                #"{"worker":"worker-#","slots":[{"queue":"default","limit":1}],"limit":1,"lease":60000000,"#
                    + #""wait":50000000}"#,
            ])
            defer { child.stop() }
            guard child.line() == "open" else { throw BenchError("not all workers could wait") }
            try await Task.sleep(for: .seconds(3))
            let time = server.child.processorTime()
            try await Task.sleep(for: .seconds(10))
            let share = (server.child.processorTime() - time) / 10_000 * 100
            return Report(
                row: "B4", what: "1,000 idle workers that wait at the server: its share of a core", unit: "%",
                ours: [share],
                comparisons: [Comparison(against: "", figures: [], ratios: [share], target: .atMost(5))])
        }
    }
}
