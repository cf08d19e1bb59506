internal import JobCore

/// Tells one job's story while it happens: what its steps print, and how they come along.
struct JobNarration {
    private let store: any JobStore
    private let out: NarrationOutput
    private var job: Job
    private var told: [StepRecord]
    private var lines: [LineSource: LineAssembler] = [:]

    private struct LineSource: Hashable {
        let step: Int?
        let stream: LogEntry.Stream
    }

    /// Begins with a job as it is now; what it printed earlier is not shown again.
    init(store: any JobStore, job: Job, isQuiet: Bool) {
        self.store = store
        self.job = job
        told = job.steps
        out = NarrationOutput(job: job.spec.name, isQuiet: isQuiet)
    }

    /// Tells until the job has finished.
    ///
    /// - Throws: `QueueError`; `CancellationError`.
    mutating func run() async throws {
        var signals = store.signals(for: .job(job.id)).makeAsyncIterator()
        var offset = try await startOfNews()
        await tellWaiting()
        repeat {
            // The job before its log: all that was printed before it came here is in the log then.
            guard let now = try await store.job(job.id) else { return }
            while let page = try await store.log(of: job.id, from: offset, limit: 256 << 10), !page.entries.isEmpty {
                offset = page.nextOffset
                for entry in page.entries { try await tell(entry) }
            }
            await tell(now)
            if now.isFinished { return }
        } while await signals.next() != nil
        try Task.checkCancellation()
    }

    /// Where the log ends of a job that is resumed.
    private func startOfNews() async throws -> Int64 {
        var offset: Int64 = 0
        if job.attempts.isEmpty { return 0 }
        while let page = try await store.log(of: job.id, from: offset, limit: 1 << 20), !page.entries.isEmpty {
            offset = page.nextOffset
        }
        return offset
    }

    private mutating func tell(_ entry: LogEntry) async throws {
        if let step = entry.step, step > job.cursor, let now = try await store.job(job.id) {
            // A step prints only after the one before it was recorded.
            await tell(now)
        }
        let source = LineSource(step: entry.step, stream: entry.stream)
        let complete = lines[source, default: LineAssembler()].add(entry.bytes)
        await out.print(complete, from: entry.stream, of: name(of: entry.step))
    }

    private mutating func tell(_ now: Job) async {
        guard now.version > job.version else { return }
        let before = job
        job = now
        for (index, record) in now.steps.enumerated() where record != told[index] {
            let old = told[index]
            told[index] = record
            let isNew = record.attempts > old.attempts || (record.status == .running && old.status == .waiting)
            if isNew, record.status != .skipped { await begin(index, record) }
            switch record.status {
            case .succeeded, .failed: await end(index, record)
            case .waiting, .running, .skipped: break
            }
        }
        if now.isFinished {
            await finish()
        } else if now.state != before.state {
            await tellWaiting()
        }
    }

    private func begin(_ index: Int, _ record: StepRecord) async {
        let attempt = record.attempts > 1 ? " (attempt \(record.attempts))" : ""
        await out.note("running\(attempt)", .busy, of: name(of: index))
    }

    private mutating func end(_ index: Int, _ record: StepRecord) async {
        await flush(index)
        var text = record.status.rawValue
        if let start = record.startedAt, let end = record.finishedAt { text += " in \((end - start).shortText)" }
        if let output = record.output { text += output.codes.map { " (\($0))" } ?? "" }
        await out.note(text, record.status == .succeeded ? .good : .bad, of: name(of: index))
    }

    private func tellWaiting() async {
        guard case .waiting(let until, let reason) = job.state else { return }
        switch reason {
        case .retry:
            let why = job.failure.map { "failed: \($0.message); " } ?? ""
            await out.note("\(why)next attempt at \(until.shortText)", .waiting, of: name(of: job.cursor))
        case .scheduled where until > job.createdAt:
            await out.note("starts at \(until.shortText)", .waiting, of: nil)
        case .scheduled, .snoozed, .released: break
        }
    }

    private mutating func finish() async {
        for step in [nil] + job.steps.indices.map(Optional.some) { await flush(step) }
        let status = job.phase.rawValue
        let why = job.failure.map { ": \($0.message)" } ?? ""
        await out.note("\(status)\(why)", job.hasSucceeded ? .good : .bad, of: nil)
    }

    private mutating func flush(_ step: Int?) async {
        for stream in LogEntry.Stream.allCases {
            guard var rest = lines.removeValue(forKey: LineSource(step: step, stream: stream)) else { continue }
            await out.print(rest.flush(), from: stream, of: name(of: step))
        }
    }

    private func name(of step: Int?) -> String? {
        guard let step, job.spec.steps.indices.contains(step) else { return nil }
        return job.spec.steps[step].name
    }
}

extension StepOutput {
    /// The codes with which a step ended; nil for none.
    fileprivate var codes: String? {
        if let exitCode { return "exit \(exitCode)" }
        if let signal { return "signal \(signal)" }
        return status.map { "status \($0)" }
    }
}
