internal import JobAWS
internal import JobCore

/// One job in full, for people.
struct JobReport {
    let job: Job
    /// What it cost on instances of fleets.
    var costs = JobCosts()
    let now: Timestamp
    let style: Style

    /// The lines of the report.
    var lines: [String] { head + steps + attempts }

    private var head: [String] {
        var fields: [(String, String)] = [
            ("id", job.id.description), ("name", job.spec.name), ("queue", job.spec.queue),
            ("status", style.status(job.status(at: now))), ("created", job.createdAt.shortText),
        ]
        if let time = job.startedAt { fields.append(("started", time.shortText)) }
        if let time = job.finishedAt {
            let ran = job.startedAt.map { " (after \((time - $0).shortText))" } ?? ""
            fields.append(("finished", time.shortText + ran))
        }
        if case .waiting(let until, _) = job.state, until > now { fields.append(("next try", until.shortText)) }
        if let lease = job.lease { fields.append(("worker", "\(lease.worker) until \(lease.expiresAt.shortText)")) }
        if job.spec.priority != 0 { fields.append(("priority", "\(job.spec.priority)")) }
        if let lane = job.spec.lane { fields.append(("lane", lane)) }
        if let key = job.spec.unique?.key { fields.append(("unique key", key)) }
        if !job.spec.tags.isEmpty { fields.append(("tags", Self.text(of: job.spec.tags))) }
        if !job.spec.metadata.isEmpty { fields.append(("metadata", Self.text(of: job.spec.metadata))) }
        if let total = costs.total { fields.append(("cost", total.text)) }
        if let message = job.progress?.message { fields.append(("progress", message)) }
        if let failure = job.failure {
            let step = failure.step.map { " in \($0)" } ?? ""
            fields.append(("failure", style("\(failure.code.rawValue)\(step): \(failure.message)", .bad)))
        }
        return fields.map { name, value in style(name.padded(12), .faint) + value }
    }

    private var steps: [String] {
        if job.steps.isEmpty { return [] }
        let width = job.spec.steps.map(\.name.count).max() ?? 0
        return ["", style("steps", .strong)]
            + zip(job.spec.steps, job.steps).map { step, record in
                var words = ["  \(step.name.padded(width))", step.action.kind.padded(9)]
                words.append(style.status(record.status))
                if record.attempts > 1 { words.append("\(record.attempts) attempts") }
                if let start = record.startedAt, let end = record.finishedAt { words.append((end - start).shortText) }
                if let output = record.output?.summary { words.append(output) }
                return words.joined(separator: "  ")
            }
    }

    private var attempts: [String] {
        if job.attempts.isEmpty { return [] }
        return ["", style("attempts", .strong)]
            + job.attempts.map { attempt in
                let outcome = attempt.outcome?.rawValue ?? "running"
                let message = attempt.message.map { ": \($0)" } ?? ""
                let cost = costs.attempts[attempt.number]?.dollars.map { "  \($0.dollarText)" } ?? ""
                return
                    "  \(attempt.number)  \(attempt.startedAt.shortText)  \(attempt.worker)\(cost)  \(outcome)\(message)"
            }
    }

    private static func text(of labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}

extension StepOutput {
    /// The output in few words; nil when there is nothing to say.
    var summary: String? {
        var words: [String] = []
        if let exitCode { words.append("exit \(exitCode)") }
        if let signal { words.append("signal \(signal)") }
        if let status { words.append("status \(status)") }
        if let text = json?.text ?? body, !text.isEmpty {
            let line = String(text.prefix(80).map { $0.isNewline ? " " : $0 })
            words.append(text.count > 80 ? "\(line)…" : line)
        }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}

extension String {
    /// The text with spaces after it up to a width.
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
