internal import JobCore
internal import Synchronization

/// One driving call of a ``TestBench``: lets workers claim, and time pass, until what the call is for has come about.
final class BenchDriver {
    private let context: BenchContext
    private let workers: [TestWorker]
    private var processes: [WorkerProcess]
    private let restartsWorkers: Bool
    private let claimsBefore: Int
    private let changesBefore: Int
    private let purpose: String
    private let budget: ClaimBudget
    /// Whether time passes until a job is due when none runs.
    var waitsForJobs = false
    /// Whether calls that only the test can let go on are left as they are.
    var toleratesHeldCalls = false
    /// How far time may pass.
    var horizon = Timestamp.distantFuture

    /// How much time passes at most for one driving call that sets no end: ten years.
    private static let longest = Duration.seconds(86_400 * 3_653)

    init(
        _ context: BenchContext, _ workers: [TestWorker], only process: WorkerProcess? = nil, upTo limit: Int = .max,
        purpose: String
    ) {
        self.context = context
        self.workers = workers
        processes = process.map { [$0] } ?? workers.map { $0.process() }
        restartsWorkers = process == nil
        self.purpose = purpose
        // What went on since the last call, such as behind a gate that was opened, belongs to this one.
        changesBefore = context.told.withLock(\.self)
        claimsBefore = processes.reduce(0) { $0 + $1.store.claims }
        horizon = context.time.now + Self.longest
        budget = ClaimBudget(limit)
    }

    /// How many jobs have been claimed under this call.
    var attempts: Int { processes.reduce(0) { $0 + $1.store.claims } - claimsBefore }

    /// What happened since the bench was last driven.
    func summary() -> DrainSummary { DrainSummary(context.recorder.changes.dropFirst(changesBefore)) }

    /// Drives until `isDone`, or until nothing more happens up to the horizon; then nothing more is claimed.
    func run(until isDone: () -> Bool) async throws {
        defer {
            for process in processes { process.store.close() }
            let told = context.recorder.changes.count
            context.told.withLock { $0 = told }
        }
        try await open()
        while true {
            try await context.activity.settled()
            try rethrow()
            if isDone() { return }
            if restartsWorkers, restartCrashed() {
                try await open()
                continue
            }
            guard let next = try await nextMoment(), next <= horizon else { return }
            context.time.advance(to: next)
            context.recorder.hub.publish()
        }
    }

    /// Starts workers again that have crashed, as a supervisor does.
    ///
    /// - Returns: whether there were any, which have something to do now.
    private func restartCrashed() -> Bool {
        let crashed = workers.filter { !$0.isAlive }
        for worker in crashed {
            processes.append(worker.process())
        }
        return !crashed.isEmpty
    }

    /// Runs what is due at the end of the call.
    func finish() async throws {
        try await run { false }
    }

    /// Lets the workers claim, in their order: all have come to rest before the first is woken.
    private func open() async throws {
        try await context.activity.settled()
        for process in processes { process.store.open(budget) }
        context.recorder.hub.publish()
    }

    /// Throws what a runner has thrown.
    func rethrow() throws {
        for process in processes {
            if let error = process.takeError() { throw error }
        }
    }

    /// Whether the call ended before there was nothing left to do.
    func hasMoreToDo() async throws -> Bool {
        if heldJobs > 0 { return true }
        guard let due = try await context.recorder.nextDue(in: context.queueNames) else { return false }
        return waitsForJobs || due <= context.time.now
    }

    /// How many jobs the workers hold.
    var heldJobs: Int { workers.reduce(0) { $0 + $1.heldJobs } }

    /// The next time at which something happens; nil when nothing will.
    private func nextMoment() async throws -> Timestamp? {
        if heldJobs > 0 {
            if !toleratesHeldCalls { try checkHeldCalls() }
            return context.time.nextWake(includingRunners: true)
        }
        let now = context.time.now
        if let due = try await context.recorder.nextDue(in: context.queueNames) {
            // Due and not taken: the store refused the claim, and the runner tries again after a while.
            if due <= now {
                let isOpen = processes.contains { !$0.hasEnded }
                return isOpen ? context.time.nextWake(includingRunners: true) : nil
            }
            if waitsForJobs { return min(due, context.time.nextWake(includingRunners: false) ?? due) }
        }
        return waitsForJobs ? context.time.nextWake(includingRunners: false) : nil
    }

    /// Refuses to let time pass for ever when nothing but the test can make the running calls go on.
    private func checkHeldCalls() throws {
        let calls = context.activity.calls
        let isHeld = calls.allSatisfy { !$0.sleeps && $0.invocation.timeout == nil }
        guard isHeld, calls.count == heldJobs, let call = calls.first?.invocation else { return }
        let held = Set(calls.map(\.invocation.jobID))
        let hasLimit = context.recorder.changes.contains { change in
            held.contains(change.jobID) && change.job?.spec.jobTimeout != nil
        }
        if hasLimit { return }
        throw TestBenchError(
            description:
                "cannot \(purpose): step \"\(call.step.name)\" of job \"\(call.jobName)\" waits for the test and "
                + "has no time limit; open its gate, or drive with advance(by:) or wait(for:toBe:)")
    }
}
