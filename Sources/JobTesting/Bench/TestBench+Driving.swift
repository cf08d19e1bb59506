public import JobCore
public import Testing

/// Why a ``TestBench`` could not do what a test wanted of it.
public struct TestBenchError: Error, Sendable, CustomStringConvertible {
    /// What was wanted, what stands in the way, and what to do about it.
    public let description: String
}

extension TestBench {
    /// Runs everything that is due, and what it enqueues, until nothing is left to do.
    ///
    /// Time passes where a running step waits for it. It ends when no job is running or due; a limit that is reached
    /// is reported as an issue, so that a job which enqueues itself for ever fails its test.
    ///
    /// - Parameters:
    ///   - includingScheduled: whether time passes until jobs that wait for a time, a retry, or the end of a lost
    ///     worker's lease become due, and they are run too.
    ///   - limit: the most attempts begun.
    ///   - sourceLocation: where an issue is shown.
    /// - Returns: what happened since the bench was last driven.
    /// - Throws: ``TestBenchError`` when a job stands at a closed gate or hangs without a time limit; what the runner
    ///   threw; `CancellationError`.
    @discardableResult
    public func drain(
        includingScheduled: Bool = false, upTo limit: Int = 1_000, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> DrainSummary {
        let driver = try await makeDriver("drain", upTo: limit)
        driver.waitsForJobs = includingScheduled
        try await driver.run { driver.attempts >= limit && driver.heldJobs == 0 }
        if driver.attempts >= limit, try await driver.hasMoreToDo() {
            reporter.report(
                "drain stopped after \(limit) attempts with more to do; does a job enqueue itself? Else raise upTo",
                at: sourceLocation)
        }
        return driver.summary()
    }

    /// Claims the first job that is due and runs one attempt at it to its end.
    ///
    /// - Returns: the job afterwards; nil when none was due.
    /// - Throws: as ``drain(includingScheduled:upTo:sourceLocation:)``.
    @discardableResult
    public func runOne() async throws -> Job? {
        try await runAlone(stepBudget: nil)
    }

    /// Claims the first job that is due and runs one of its steps.
    ///
    /// A job that has more steps is given back at the next one, as by a worker that was shut down in between; its next
    /// ``runStep()`` goes on there.
    ///
    /// - Returns: the job afterwards; nil when none was due.
    /// - Throws: as ``drain(includingScheduled:upTo:sourceLocation:)``.
    @discardableResult
    public func runStep() async throws -> Job? {
        try await runAlone(stepBudget: 1)
    }

    /// Lets time pass, and runs what becomes due on the way, each at its time.
    ///
    /// Jobs that are in the middle of a step at the end stay there.
    ///
    /// - Throws: what the runner threw; `CancellationError`.
    public func advance(by duration: Duration) async throws {
        try await advance(to: time.now + duration)
    }

    /// Lets time pass until the clock shows a time, and runs what becomes due on the way.
    ///
    /// - Throws: what the runner threw; `CancellationError`.
    public func advance(to end: Timestamp) async throws {
        let driver = try await makeDriver("advance")
        driver.waitsForJobs = true
        driver.horizon = end
        driver.toleratesHeldCalls = true
        try await driver.run { false }
        time.advance(to: end)
        try await driver.finish()
    }

    /// Drives the bench until a job's status is, or has been, one of some.
    ///
    /// Nothing is missed: a status counts that the job had before the call, or only for a moment.
    ///
    /// - Parameters:
    ///   - id: the job.
    ///   - statuses: what to wait for.
    ///   - limit: how much time may pass on the manual clock.
    /// - Returns: the job as it was when it got the status.
    /// - Throws: ``TestBenchError`` when nothing more happens without it; what the runner threw; `CancellationError`.
    @discardableResult
    public func wait(
        for id: JobID, toBe statuses: JobStatus..., within limit: Duration = .seconds(86_400 * 366)
    ) async throws -> Job {
        func reached() -> Job? {
            context.recorder.changes.first { change in
                change.jobID == id && change.job.map { statuses.contains($0.status(at: change.time)) } ?? false
            }?.job
        }
        if let job = reached() { return job }
        let driver = try await makeDriver("wait")
        driver.waitsForJobs = true
        driver.horizon = time.now + limit
        driver.toleratesHeldCalls = true
        try await driver.run { reached() != nil }
        if let job = reached() { return job }
        let wanted = statuses.map(\.rawValue).joined(separator: " or ")
        let history = context.recorder.history(of: id).map(\.description).joined(separator: ", ")
        throw TestBenchError(
            description: "job \(id) did not become \(wanted); it was \(history.isEmpty ? "never stored" : history)")
    }

    // MARK: Parts

    private func makeDriver(_ purpose: String, upTo limit: Int = .max) async throws -> BenchDriver {
        try await context.lookForQueues()
        return BenchDriver(context, workers, upTo: limit, purpose: purpose)
    }

    private func runAlone(stepBudget: Int?) async throws -> Job? {
        try await context.lookForQueues()
        let before = context.recorder.changes.count
        let process = worker.extraProcess(stepBudget: stepBudget)
        let driver = BenchDriver(context, [worker], only: process, upTo: 1, purpose: "run")
        try await driver.run { process.steps.isHolding || (driver.attempts > 0 && process.heldJobs == 0) }
        process.stop()
        try await context.activity.settled()
        try driver.rethrow()
        for change in context.recorder.changes.dropFirst(before) {
            if case .claimed = change.kind { return try await context.recorder.job(change.jobID) }
        }
        return nil
    }
}
