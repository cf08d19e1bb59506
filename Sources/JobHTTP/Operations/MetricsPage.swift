internal import JobCore

/// Numbers about a store in the text format of Prometheus; pure.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
struct MetricsPage {
    let counts: QueueCounts
    let workers: [WorkerRecord]
    let streams: Int
    let at: Timestamp
    let version: String

    var text: String {
        var lines: [String] = []
        func begin(_ name: String, _ help: String) {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge"]
        }
        begin("jobkit_info", "The version of the server.")
        lines.append("jobkit_info{version=\"\(Self.escaped(version))\"} 1")
        begin("jobkit_jobs", "Jobs by named queue and status.")
        for (queue, numbers) in counts.byQueue.sorted(by: { $0.key < $1.key }) {
            for status in JobStatus.allCases {
                let labels = "queue=\"\(Self.escaped(queue))\",status=\"\(status.rawValue)\""
                lines.append("jobkit_jobs{\(labels)} \(numbers[status] ?? 0)")
            }
        }
        begin("jobkit_workers", "Workers that have reported in the last minute.")
        lines.append("jobkit_workers \(alive.count)")
        begin("jobkit_worker_slots", "Jobs that these workers can run at a time.")
        lines.append("jobkit_worker_slots \(alive.reduce(0) { $0 + $1.report.slots })")
        begin("jobkit_worker_slots_busy", "Jobs that these workers run.")
        lines.append("jobkit_worker_slots_busy \(alive.reduce(0) { $0 + $1.jobs.count })")
        begin("jobkit_event_streams", "Open event streams.")
        lines.append("jobkit_event_streams \(streams)")
        return lines.joined(separator: "\n") + "\n"
    }

    private var alive: [WorkerRecord] { workers.filter { at - $0.lastSeen < .seconds(60) } }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
