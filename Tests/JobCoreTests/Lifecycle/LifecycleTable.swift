import JobCore

/// What every event does in every situation, written down by hand.
///
/// The lifecycle is tested against this table. A word is the state afterwards; `!word` is the refusal. `same` means that nothing at all has changed, `extended`
/// that only the lease's expiry has, `stepped` that the job runs on with its cursor moved.
enum LifecycleTable {
    static let text = """
        event          | due       | later     | late      | live      | stopping  | expired   | expired stopping | expired last | succeeded | failed    | poisoned  | cancelled
        claim          | running   | !notDue   | failed    | !held     | !held     | running   | cancelled        | poisoned     | !finished | !finished | !finished | !finished
        heartbeat      | !lost     | !lost     | !lost     | extended  | extended  | extended  | extended         | extended     | !finished | !finished | !finished | !finished
        step           | !lost     | !lost     | !lost     | stepped   | stepped   | stepped   | stepped          | stepped      | !finished | !finished | !finished | !finished
        next step      | !lost     | !lost     | !lost     | !order    | !order    | !order    | !order           | !order       | !finished | !finished | !finished | !finished
        success        | !lost     | !lost     | !lost     | !remain   | !remain   | !remain   | !remain          | !remain      | !finished | !finished | !finished | !finished
        steps, success | !lost     | !lost     | !lost     | succeeded | succeeded | succeeded | succeeded        | succeeded    | !finished | !finished | !finished | !finished
        failure        | !lost     | !lost     | !lost     | retry     | cancelled | retry     | cancelled        | poisoned     | !finished | !finished | !finished | !finished
        final failure  | !lost     | !lost     | !lost     | failed    | cancelled | failed    | cancelled        | failed       | !finished | !finished | !finished | !finished
        steps, failure | !lost     | !lost     | !lost     | failed    | cancelled | failed    | cancelled        | failed       | !finished | !finished | !finished | !finished
        snooze         | !lost     | !lost     | !lost     | snoozed   | cancelled | snoozed   | cancelled        | snoozed      | !finished | !finished | !finished | !finished
        release        | !lost     | !lost     | !lost     | released  | cancelled | released  | cancelled        | released     | !finished | !finished | !finished | !finished
        interrupt      | !lost     | !lost     | !lost     | released  | cancelled | released  | cancelled        | released     | !finished | !finished | !finished | !finished
        cancel         | cancelled | cancelled | cancelled | stopping  | same      | cancelled | cancelled        | cancelled    | !finished | !finished | !finished | !finished
        retry          | !retry    | !retry    | !retry    | !retry    | !retry    | !retry    | !retry           | !retry       | !retry    | scheduled | scheduled | scheduled
        edit           | edited    | edited    | edited    | !waiting  | !waiting  | !waiting  | !waiting         | !waiting     | !waiting  | !waiting  | !waiting  | !waiting
        edit of old    | !version  | !version  | !version  | !waiting  | !waiting  | !waiting  | !waiting         | !waiting     | !waiting  | !waiting  | !waiting  | !waiting
        bad edit       | !invalid  | !invalid  | !invalid  | !waiting  | !waiting  | !waiting  | !waiting         | !waiting     | !waiting  | !waiting  | !waiting  | !waiting
        empty edit     | same      | same      | same      | !waiting  | !waiting  | !waiting  | !waiting         | !waiting     | !waiting  | !waiting  | !waiting  | !waiting
        other lease    | !lost     | !lost     | !lost     | !lost     | !lost     | !lost     | !lost            | !lost        | !finished | !finished | !finished | !finished
        """

    /// One cell: an event in a situation, and what must come of it.
    struct Cell: Sendable, CustomStringConvertible {
        let event: String
        let situation: String
        let expected: String

        var description: String { "\(event) when \(situation) → \(expected)" }
    }

    static let cells: [Cell] = {
        let rows = text.split(separator: "\n").map { line in
            line.split(separator: "|").map { word in
                String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
        return rows.dropFirst().flatMap { row in
            row.indices.dropFirst().map { Cell(event: row[0], situation: rows[0][$0], expected: row[$0]) }
        }
    }()

    static let now = Timestamp(seconds: 1_800_000_000)

    static let spec = JobSpec(
        name: "job", deadline: .seconds(60), retry: RetryOptions(limit: 3),
        steps: ["a", "b"].map { StepSpec(name: $0, action: .handler(HandlerAction(name: "test"))) })

    /// The key that is right while the job runs.
    static let key = LeaseKey(worker: "w", generation: 4)

    static func job(_ situation: String) -> Job {
        switch situation {
        case "due": waiting(until: now)
        case "later": waiting(until: now + .microseconds(1))
        case "late": waiting(until: now - .seconds(60), deadlineAt: now)
        case "live": running(until: now + .microseconds(1))
        case "stopping": running(until: now + .microseconds(1), cancelRequested: true)
        case "expired": running(until: now)
        case "expired stopping": running(until: now, cancelRequested: true)
        case "expired last": running(until: now, attempts: 3)
        case "succeeded": finished(.succeeded)
        case "failed": finished(.failed)
        case "poisoned": finished(.poisoned)
        case "cancelled": finished(.cancelled)
        default: preconditionFailure("no situation \(situation)")
        }
    }

    /// The changes that a row means; the last one's result counts, and the ones before must be allowed or refused alike.
    static func changes(_ event: String, key: LeaseKey = key) -> [JobEvent.Change] {
        let steps = (0..<2).map { JobEvent.Change.stepSucceeded(key, step: $0, output: StepOutput(exitCode: 0)) }
        switch event {
        case "claim": return [.claim(worker: "new", lease: .seconds(10))]
        case "heartbeat": return [.heartbeat(key, lease: .seconds(10))]
        case "step": return [steps[0]]
        case "next step": return [steps[1]]
        case "success": return [.succeeded(key)]
        case "steps, success": return steps + [.succeeded(key)]
        case "failure": return [.failed(key, StepFailure(.error, "no"))]
        case "final failure": return [.failed(key, StepFailure(.error, "never", isRetryable: false))]
        case "steps, failure": return steps + [.failed(key, StepFailure(.timeout, "the job took too long"))]
        case "snooze": return [.snoozed(key, for: .seconds(5))]
        case "release": return [.released(key, reason: "shutdown")]
        case "interrupt": return [.interrupted(key, reason: "taken away")]
        case "cancel": return [.cancel(reason: "why not")]
        case "retry": return [.retry]
        case "edit": return [.edit(JobEdit(priority: 3, queue: "other", tags: ["a": "b"]), ifVersion: 9)]
        case "edit of old": return [.edit(JobEdit(priority: 3), ifVersion: 8)]
        case "bad edit": return [.edit(JobEdit(queue: JobSpec.callbacksQueue))]
        case "empty edit": return [.edit(JobEdit())]
        default: preconditionFailure("no event \(event)")
        }
    }

    private static func waiting(until due: Timestamp, deadlineAt: Timestamp? = nil) -> Job {
        Job(
            id: JobID(high: 1, low: 2), spec: spec, createdAt: now - .seconds(600),
            state: .waiting(until: due, reason: .scheduled), startedAt: nil, generation: 3, version: 9, cursor: 0,
            steps: [StepRecord(), StepRecord()], attempts: [], progress: nil, failure: nil, deadlineAt: deadlineAt)
    }

    private static func running(until expiry: Timestamp, cancelRequested: Bool = false, attempts: Int = 1) -> Job {
        let started = now - .seconds(30)
        return Job(
            id: JobID(high: 1, low: 2), spec: spec, createdAt: now - .seconds(600),
            state: .running(
                Lease(worker: key.worker, generation: key.generation, expiresAt: expiry),
                cancelRequested: cancelRequested),
            startedAt: started, generation: key.generation, version: 9, cursor: 0,
            steps: [StepRecord(status: .running, attempts: attempts, startedAt: started), StepRecord()],
            attempts: [Attempt(number: key.generation, worker: key.worker, startedAt: started)], progress: nil,
            failure: nil, deadlineAt: nil)
    }

    private static func finished(_ outcome: Outcome) -> Job {
        let isDone = outcome == .succeeded
        let record = StepRecord(
            status: isDone ? .succeeded : .failed, attempts: 3, startedAt: now - .seconds(30),
            finishedAt: now - .seconds(20), output: StepOutput(exitCode: isDone ? 0 : 1))
        return Job(
            id: JobID(high: 1, low: 2), spec: spec, createdAt: now - .seconds(600),
            state: .finished(outcome, at: now - .seconds(10)), startedAt: now - .seconds(30),
            generation: key.generation, version: 9, cursor: isDone ? 2 : 0,
            steps: [record, isDone ? record : StepRecord(status: .skipped)],
            attempts: [
                Attempt(
                    number: key.generation, worker: key.worker, startedAt: now - .seconds(30),
                    finishedAt: now - .seconds(10), outcome: isDone ? .succeeded : .failed)
            ], progress: nil,
            failure: isDone ? nil : JobFailure(code: .error, message: "no", step: "a"), deadlineAt: nil)
    }
}
