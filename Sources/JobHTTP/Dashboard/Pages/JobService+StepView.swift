internal import JobCore

extension JobService {
    /// One step of a job.
    static func stepView(_ step: StepSpec, _ record: StepRecord, index: Int, of job: Job, now: Timestamp) -> View {
        View([
            "index": index, "name": step.name, "kind": step.action.kind, "status": record.status.rawValue,
            "attempts": record.attempts > 1 ? "attempt \(record.attempts)" : nil,
            // A step that was stopped with its job has no end of its own.
            "took": View.length(
                from: record.startedAt, to: record.finishedAt ?? (record.status == .running ? nil : job.finishedAt),
                now: now),
            "output": record.output.flatMap { outputView($0, of: step) },
        ])
    }

    /// The most characters of an output that a page shows.
    private static let longestOutput = 20_000

    private static func outputView(_ output: StepOutput, of step: StepSpec) -> View? {
        guard output != .none else { return nil }
        let text = output.document.prettyText
        return View([
            "text": text.count > longestOutput ? "\(text.prefix(longestOutput))…" : text,
            "cut": text.count > longestOutput, "brief": brief(output), "link": PercentCoding.encode(step.name),
        ])
    }

    private static func brief(_ output: StepOutput) -> String? {
        if let status = output.status { return "HTTP \(status)" }
        if let signal = output.signal { return "signal \(signal)" }
        return output.exitCode.map { "exit code \($0)" }
    }
}
