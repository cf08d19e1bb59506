import JobCore
import JobTesting

/// Random values of everything that the queue protocol carries; a seed gives the same ones again.
struct WireSamples {
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    // MARK: Plain values

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func flag() -> Bool { Bool.random(using: &random) }

    mutating func maybe<Value>(_ value: (inout WireSamples) -> Value) -> Value? { flag() ? value(&self) : nil }

    mutating func list<Value>(_ most: Int, _ value: (inout WireSamples) -> Value) -> [Value] {
        (0..<number(0...most)).map { _ in value(&self) }
    }

    mutating func any<Choice: CaseIterable>() -> Choice where Choice.AllCases == [Choice] {
        Choice.allCases[number(0...Choice.allCases.count - 1)]
    }

    mutating func text() -> String {
        let alphabet: [Character] = [
            "a", "Z", "0", " ", "\"", "\\", "\n", "\r\n", "\u{0}", "\u{7F}", "é", "日", "👩‍🚀", "/",
        ]
        return String(list(12) { alphabet[$0.number(0...alphabet.count - 1)] })
    }

    mutating func time() -> Timestamp {
        switch number(0...9) {
        case 0: .distantFuture
        case 1: Timestamp(microseconds: .min)
        default: Timestamp(microseconds: Int64(number(0...4_000_000_000_000_000)))
        }
    }

    mutating func duration() -> Duration { .microseconds(number(-5...90_000_000_000)) }

    mutating func double() -> Double {
        [0, -0.0, 1, 0.1, 1e300, .leastNonzeroMagnitude, -2.5, Double(number(0...1_000_000))][number(0...7)]
    }

    mutating func id() -> JobID { JobID(high: random.next(), low: random.next()) }

    mutating func json(_ depth: Int = 3) -> JSONValue {
        switch number(0...(depth > 0 ? 6 : 4)) {
        case 0: .null
        case 1: .bool(flag())
        case 2: .integer(Int64(bitPattern: random.next()))
        case 3: .number(double())
        case 4: .string(text())
        case 5: .array(list(3) { $0.json(depth - 1) })
        default: .object(object(depth - 1))
        }
    }

    mutating func object(_ depth: Int = 2) -> JSONObject {
        var object = JSONObject()
        for _ in 0..<number(0...3) { object[text()] = json(depth) }
        return object
    }

    mutating func texts() -> [String: String] {
        Dictionary(list(3) { ($0.text(), $0.text()) }, uniquingKeysWith: { $1 })
    }

    // MARK: Jobs

    mutating func output() -> StepOutput {
        StepOutput(
            exitCode: maybe { $0.number(-1...255) }, signal: maybe { $0.number(1...64) },
            status: maybe { $0.number(100...599) }, headers: maybe { $0.texts() }, body: maybe { $0.text() },
            json: maybe { $0.json() }, isTruncated: flag(), details: object())
    }

    mutating func key() -> LeaseKey { LeaseKey(worker: text(), generation: number(0...9)) }

    mutating func lease() -> Lease { Lease(worker: text(), generation: number(0...9), expiresAt: time()) }

    mutating func state() -> JobState {
        switch number(0...2) {
        case 0: .waiting(until: time(), reason: any())
        case 1: .running(lease(), cancelRequested: flag())
        default: .finished(any(), at: time())
        }
    }

    mutating func retry() -> RetryOptions {
        RetryOptions(
            limit: maybe { $0.number(1...1_000) }, backoff: maybe { $0.any() }, base: maybe { $0.double() },
            cap: maybe { .seconds($0.number(0...99)) }, jitter: maybe { $0.double() })
    }

    mutating func spec() -> JobSpec {
        var spec = JobSpec(name: text(), queue: text(), priority: number(-9...9), lane: maybe { $0.text() })
        spec.unique = maybe { UniqueKey($0.text(), while: [$0.any(), $0.any()]) }
        spec.tags = texts()
        spec.metadata = texts()
        spec.notBefore = maybe { Timestamp(microseconds: Int64($0.number(0...4_000_000_000_000_000))) }
        spec.deadline = maybe { .milliseconds($0.number(0...1_000_000)) }
        spec.retry = retry()
        spec.traceContext = texts()
        spec.steps = list(3) { samples in
            StepSpec(
                name: samples.text(), action: .handler(HandlerAction(name: samples.text(), input: samples.json())),
                retry: samples.retry(), environment: samples.texts())
        }
        return spec
    }

    mutating func progress() -> JobProgress {
        JobProgress(fraction: maybe { $0.double() }, message: maybe { $0.text() })
    }

    mutating func attempt() -> Attempt {
        Attempt(
            number: number(0...99), worker: text(), startedAt: time(), finishedAt: maybe { $0.time() },
            outcome: maybe { $0.any() }, message: maybe { $0.text() })
    }

    mutating func job(state: JobState? = nil) -> Job {
        let spec = spec()
        let records = spec.steps.map { _ in
            StepRecord(
                status: any(), attempts: number(0...9), startedAt: maybe { $0.time() },
                finishedAt: maybe { $0.time() }, output: maybe { $0.output() })
        }
        return Job(
            id: id(), spec: spec, createdAt: time(), state: state ?? self.state(), startedAt: maybe { $0.time() },
            generation: number(0...9), version: number(1...99), cursor: number(0...records.count), steps: records,
            attempts: list(3) { $0.attempt() }, progress: maybe { $0.progress() },
            failure: maybe { JobFailure(code: "c", message: $0.text(), step: $0.maybe { $0.text() }) },
            deadlineAt: maybe { $0.time() })
    }

    // MARK: Events and logs

    mutating func failure() -> StepFailure {
        StepFailure(
            FailureCode(rawValue: text()), text(), isRetryable: flag(), retryAfter: maybe { $0.duration() },
            output: maybe { $0.output() }, jitter: maybe { Double($0.number(0...999)) / 1_000 } ?? 0)
    }

    mutating func event() -> JobEvent {
        let changes: [JobEvent.Change] = [
            .claim(worker: text(), lease: duration()),
            .heartbeat(key(), lease: duration(), progress: maybe { $0.progress() }),
            .stepSucceeded(key(), step: number(0...9), output: output()), .succeeded(key()), .failed(key(), failure()),
            .snoozed(key(), for: duration()), .released(key(), reason: text()),
            .interrupted(key(), reason: text()), .cancel(reason: maybe { $0.text() }),
            .retry, .edit(edit(), ifVersion: maybe { $0.number(0...9) }),
        ]
        return JobEvent(changes[number(0...changes.count - 1)], of: id())
    }

    mutating func edit() -> JobEdit {
        JobEdit(
            priority: maybe { $0.number(-9...9) }, queue: maybe { $0.text() }, notBefore: maybe { $0.time() },
            deadline: maybe { $0.duration() }, tags: maybe { $0.texts() })
    }

    mutating func refusal() -> TransitionRefused {
        let all: [TransitionRefused] = [
            .unknownJob, .notDue(until: time()), .heldElsewhere(until: time()), .leaseLost,
            .wrongStep(expected: number(0...9)), .alreadyFinished(any()), .stepsRemain(next: number(0...9)),
            .notRetryable(any()), .notWaiting(any()), .stillAlive(any()), .versionMismatch(current: number(0...9)),
            .invalidEdit(InvalidJob(issues: list(2) { FieldIssue(path: $0.text(), message: $0.text()) })),
        ]
        return all[number(0...all.count - 1)]
    }

    mutating func entry() -> LogEntry {
        let bytes = flag() ? Array(text().utf8) : list(20) { UInt8($0.number(0...255)) }
        return LogEntry(
            time: time(), step: maybe { $0.number(0...9) }, attempt: number(0...9), stream: any(), bytes: bytes)
    }

    mutating func chunk() -> LogChunk { LogChunk(job: id(), key: key(), number: number(0...999), entry: entry()) }

    mutating func filter() -> JobFilter {
        JobFilter(
            statuses: Set(list(3) { $0.any() }), queues: Set(list(2) { $0.text() }), name: maybe { $0.text() },
            tags: texts(), createdFrom: maybe { $0.time() }, createdBefore: maybe { $0.time() })
    }

    // MARK: The service

    mutating func report() -> WorkerReport {
        WorkerReport(
            name: text(), queues: list(3) { $0.text() }, slots: number(0...9), version: text(), host: text(),
            processID: number(0...9), startedAt: time(), isDraining: flag(), isStopped: flag(),
            notice: maybe { samples in
                WorkerNotice(samples.any(), at: samples.maybe { $0.time() }, message: samples.text())
            })
    }

    mutating func worker() -> WorkerRecord {
        WorkerRecord(report: report(), lastSeen: time(), jobs: list(3) { $0.id() }, isDraining: flag())
    }

    mutating func token() -> AccessToken {
        AccessToken(
            id: text(), name: text(), hash: list(32) { UInt8($0.number(0...255)) }, scopes: Set(list(3) { $0.any() }),
            queues: Set(list(2) { $0.text() }), createdAt: time(), expiresAt: maybe { $0.time() },
            revokedAt: maybe { $0.time() }, worker: maybe { $0.text() },
            attempt: maybe { AccessToken.Attempt(job: $0.id(), generation: $0.number(0...9)) })
    }

    mutating func record() -> StoredRecord {
        StoredRecord(
            collection: text(), key: text(), version: Int64(number(0...99)), value: json(), updatedAt: time())
    }

    mutating func recordChange() -> RecordChange {
        let action = [RecordChange.Action.put(json()), .delete, .check][number(0...2)]
        let expecting = [RecordChange.Expectation.anything, .absent, .version(Int64(number(0...99)))][number(0...2)]
        return RecordChange(action, text(), in: text(), expecting: expecting)
    }

    mutating func artifact() -> Artifact {
        Artifact(
            name: text(), contentType: text(), size: Int64(number(0...99)), createdAt: time(),
            sha256: maybe { samples in (0..<32).map { _ in UInt8(samples.number(0...255)) } })
    }

    mutating func artifactRefusal() -> ArtifactRefused {
        let all: [ArtifactRefused] = [
            .unknownJob, .leaseLost, .invalidName, .invalidContentType, .tooLarge(limit: ByteCount(7)),
            .tooMany(limit: 3), .jobFull(limit: .mebibytes(1)),
        ]
        return all[number(0...all.count - 1)]
    }
}
