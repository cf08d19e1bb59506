internal import JobCore

extension JobService {
    /// The most bytes of one output, and of all outputs, that a page shows.
    private static let (longestOutput, longestOutputs) = (20_000, 400_000)

    /// The steps of a job.
    static func stepViews(of job: Job, now: Timestamp) -> [View] {
        var room = longestOutputs
        return zip(job.spec.steps, job.steps).enumerated().map { index, entry in
            let (step, record) = entry
            var view = stepView(step, record, index: index, of: job, now: now)
            let output = record.output.flatMap { outputView($0, of: step, room: &room) }
            view["output"] = output
            return view
        }
    }

    private static func stepView(
        _ step: StepSpec, _ record: StepRecord, index: Int, of job: Job, now: Timestamp
    ) -> View {
        View([
            "index": index, "name": step.name, "kind": step.action.kind, "status": record.status.rawValue,
            "attempts": record.attempts > 1 ? "attempt \(record.attempts)" : nil,
            // A step that was stopped with its job has no end of its own.
            "took": View.length(
                from: record.startedAt, to: record.finishedAt ?? (record.status == .running ? nil : job.finishedAt),
                now: now),
        ])
    }

    private static func outputView(_ output: StepOutput, of step: StepSpec, room: inout Int) -> View? {
        guard output != .none else { return nil }
        let text = output.document.prettyText
        let limit = min(longestOutput, room)
        let isCut = text.utf8.count > limit
        room -= min(limit, text.utf8.count)
        return View([
            "text": isCut ? "\(String(decoding: text.utf8.prefix(limit), as: UTF8.self))…" : text, "cut": isCut,
            "brief": brief(output), "link": PercentCoding.encode(step.name),
        ])
    }

    private static func brief(_ output: StepOutput) -> String? {
        if let status = output.status { return "HTTP \(status)" }
        if let signal = output.signal { return "signal \(signal)" }
        return output.exitCode.map { "exit code \($0)" }
    }
}
