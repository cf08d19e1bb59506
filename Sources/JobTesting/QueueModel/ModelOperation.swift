internal import JobCore

/// One thing that a generated history does, in words that do not depend on what happened before.
///
/// Jobs and leases are named by numbers that are taken modulo what there is, so that a history stays meaningful when
/// some of its operations are left out.
enum ModelOperation: Sendable, CustomStringConvertible {
    /// Stores jobs; the numbers are their names, a repeated one is a repeated submission.
    case enqueue([JobDraft])
    /// A worker asks for jobs.
    case claim(worker: Int, slots: [Int], limit: Int, lease: Int)
    /// Events in one batch.
    case apply([EventDraft])
    /// Deletes what need not be kept.
    case prune(limit: Int)
    /// Deletes jobs by hand.
    case delete([Int])
    /// Sets what a named queue may do.
    case set(queue: Int, isPaused: Bool, concurrency: Int?)
    /// Time passes, in milliseconds.
    case advance(Int)
    /// One clock is set, by so many milliseconds.
    case setClock(store: Int, by: Int)
    /// All that the queue says is compared.
    case inspect

    var description: String {
        switch self {
        case .enqueue(let drafts): "enqueue \(drafts.map { "\($0)" }.joined(separator: ", "))"
        case .claim(let worker, let slots, let limit, let lease):
            "claim \(limit) by w\(worker) slots \(slots) for \(lease) ms"
        case .apply(let events): "apply \(events.map { "\($0)" }.joined(separator: ", "))"
        case .prune(let limit): "prune \(limit)"
        case .delete(let picks): "delete \(picks)"
        case .set(let queue, let isPaused, let concurrency):
            "set q\(queue)\(isPaused ? " paused" : "") \(concurrency.map { "at most \($0)" } ?? "")"
        case .advance(let time): "advance \(time) ms"
        case .setClock(let store, let by): "set clock \(store) by \(by) ms"
        case .inspect: "inspect"
        }
    }
}

/// A job to be stored.
struct JobDraft: Sendable, CustomStringConvertible {
    var number: Int
    var queue = 0
    var priority = 0
    var lane: Int?
    var key: Int?
    var phases: Set<UniqueKey.Phase> = UniqueKey.untilFinished
    var steps = 1
    var limit: Int?
    var notBefore: Int?
    var deadline: Int?
    var retention: Int?

    var description: String {
        var text = "#\(number) q\(queue) p\(priority) s\(steps)"
        if let lane { text += " lane\(lane)" }
        if let key { text += " key\(key)" }
        if let limit { text += " limit\(limit)" }
        if let notBefore { text += " in\(notBefore)" }
        if let deadline { text += " deadline\(deadline)" }
        if let retention { text += " keep\(retention)" }
        return text
    }

    /// The identity that the number stands for; the same in every run.
    var id: JobID {
        // Not in the order of the numbers, as ids of several machines are not.
        JobID(high: 0x0190_0000_0000_7000 | UInt64(number * 7 % 16), low: 0x8000_0000_0000_0000 | UInt64(number))
    }

    func newJob(at now: Timestamp) -> NewJob {
        var spec = JobSpec(name: "job\(number)", queue: "q\(queue)", priority: priority)
        spec.lane = lane.map { "lane\($0)" }
        spec.unique = key.map { UniqueKey("key\($0)", while: phases) }
        spec.notBefore = notBefore.map { now + .milliseconds($0) }
        spec.deadline = deadline.map { .milliseconds($0) }
        spec.retention = retention.map { .milliseconds($0) }
        spec.retry = RetryOptions(limit: limit)
        spec.tags = ["number": "\(number % 3)"]
        spec.steps = (0..<steps).map {
            StepSpec(name: "step\($0)", action: .handler(HandlerAction(name: "test", input: .null)))
        }
        return NewJob(spec, id: id)
    }
}

/// An event of some job, perhaps under a lease that was given at some time.
struct EventDraft: Sendable, CustomStringConvertible {
    enum Kind: Sendable {
        case heartbeat, nextStep, pastStep, farStep, succeeded, flaky, final, snoozed, released, interrupted, cancel,
            retry, edit
    }

    var kind: Kind
    /// Which lease or job it is about; the latest leases come first.
    var pick: Int
    /// Whether the key is falsified.
    var isForged = false
    var amount = 0

    var description: String { "\(kind) \(pick)\(isForged ? " forged" : "") \(amount)" }

    /// Whether it bears a lease.
    var needsLease: Bool { kind != .cancel && kind != .retry && kind != .edit }

    func change(_ key: LeaseKey, cursor: Int, at now: Timestamp) -> JobEvent.Change {
        var key = key
        if isForged { key.worker += "x" }
        switch kind {
        case .heartbeat:
            return .heartbeat(
                key, lease: .milliseconds(amount), progress: amount % 3 == 0 ? JobProgress(fraction: 0.5) : nil)
        case .nextStep: return .stepSucceeded(key, step: cursor, output: StepOutput(exitCode: amount % 4))
        case .pastStep: return .stepSucceeded(key, step: cursor - 1, output: .none)
        case .farStep: return .stepSucceeded(key, step: cursor + 1, output: .none)
        case .succeeded: return .succeeded(key)
        case .flaky: return .failed(key, StepFailure(.error, "it did not work", output: StepOutput(exitCode: 1)))
        case .final: return .failed(key, StepFailure(.invalidStep, "it cannot work", isRetryable: false))
        case .snoozed: return .snoozed(key, for: .milliseconds(amount))
        case .released: return .released(key, reason: "shutdown")
        case .interrupted: return .interrupted(key, reason: "the machine is taken away")
        case .cancel: return .cancel(reason: amount % 2 == 0 ? "not wanted" : nil)
        case .retry: return .retry
        case .edit: return .edit(edit(at: now), ifVersion: amount % 7 == 0 ? amount / 100 : nil)
        }
    }

    private func edit(at now: Timestamp) -> JobEdit {
        let number = amount / 100
        var edit = JobEdit()
        if number % 2 == 0 { edit.priority = number % 3 }
        if number % 3 == 0 { edit.queue = "q\(number % 4 % 3)" }
        if number % 4 == 1 { edit.notBefore = now + .milliseconds(amount - 1_000) }
        if number % 5 == 2 { edit.deadline = .milliseconds(amount + 1) }
        if number % 5 == 3 { edit.tags = ["number": "\(number % 3)"] }
        return edit
    }
}
