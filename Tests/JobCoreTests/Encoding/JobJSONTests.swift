import JobCore
import Testing

@Suite struct JobJSONTests {
    static let now = Timestamp(seconds: 1_800_000_000)

    static func keys(_ json: JSONValue?) -> [String] {
        guard case .object(let object)? = json else { return [] }
        return object.map(\.key)
    }

    /// A job that has failed once and waits for its next attempt.
    static func retrying() throws -> Job {
        var spec = JobSpec.everything
        (spec.notBefore, spec.retry) = (nil, RetryOptions(limit: 3, base: 60))
        let job = Job(
            submitting: NewJob(spec, id: JobID(high: 0x0123_4567_89AB_7DEF, low: 0x8EDC_BA98_7654_3210)), at: now)
        let running = try job.applying(.claim(worker: "w", lease: .seconds(9)), at: now).job
        let key = LeaseKey(worker: "w", generation: 1)
        let failure = StepFailure(
            .httpStatus, "503", output: StepOutput(status: 503, headers: ["a": "b"], body: "busy"))
        return try running.applying(.failed(key, failure), at: now + .seconds(2)).job
    }

    @Test func `a job's JSON has exactly the promised fields, set or not`() throws {
        let promised = [
            "id", "name", "queue", "status", "priority", "lane", "uniqueKey", "createdAt", "startedAt", "finishedAt",
            "notBefore", "nextAttemptAt", "cursor", "version", "tags", "metadata", "progress", "failure", "attempts",
            "steps",
        ]
        let plain = Job(submitting: NewJob(JobSpec(name: "a")), at: Self.now)
        #expect(Self.keys(plain.json(at: Self.now)) == promised)
        #expect(Self.keys(try Self.retrying().json(at: Self.now)) == promised)
    }

    @Test func `a waiting job shows where it stands`() throws {
        let json = try Self.retrying().json(at: Self.now + .seconds(2))
        #expect(json["id"] == "01234567-89ab-7def-8edc-ba9876543210")
        #expect(json["status"] == "retrying")
        #expect(json["createdAt"] == "2027-01-15T08:00:00Z")
        #expect(json["startedAt"] == "2027-01-15T08:00:00Z")
        #expect(json["finishedAt"] == .null)
        #expect(json["nextAttemptAt"] == "2027-01-15T08:00:08Z")
        #expect(json["failure"] == ["code": "http_status", "message": "503", "step": "call"])
        #expect(json["version"] == 3)
        #expect(json["tags"] == ["team": "data", "empty": ""])
        #expect(
            Self.keys(json["attempts"]?[0]) == ["number", "worker", "startedAt", "finishedAt", "outcome", "message"])
        #expect(json["attempts"]?[0]?["outcome"] == "failed")
        let step = json["steps"]?[0]
        #expect(Self.keys(step) == ["name", "kind", "status", "attempts", "startedAt", "finishedAt", "output"])
        #expect(step?["kind"] == "http")
        #expect(step?["output"] == ["status": 503, "headers": ["a": "b"], "body": "busy"])
        #expect(json["steps"]?[1]?["output"] == .null)
    }

    @Test func `a due job has no next attempt`() throws {
        #expect(try Self.retrying().json(at: Self.now + .seconds(60))["nextAttemptAt"] == .null)
    }

    @Test func `nothing of the specification that may be secret is shown`() throws {
        let text = try Self.retrying().json(at: Self.now).text
        for secret in ["X-Team", "example.org", "make", "MODE", "a | b", "scripts.d", "echo", "traceparent"] {
            #expect(!text.contains(secret), "\(secret)")
        }
    }

    @Test(arguments: [
        StepOutput.none, StepOutput(exitCode: 0), StepOutput(signal: 9, isTruncated: true),
        StepOutput(status: 204, headers: [:]), StepOutput(status: 200, headers: ["etag": "x"], body: ""),
        StepOutput(status: 200, headers: ["a": "é"], json: ["n": [1, 2.5, nil]], details: ["skipped": ["a"]]),
    ])
    func `a step's output survives the way through JSON`(_ output: StepOutput) throws {
        #expect(StepOutput(document: output.document) == output)
        #expect(StepOutput(document: try JSONParser.parse(output.document.utf8)) == output)
    }

    @Test func `a result that is JSON null survives the way through JSON`() throws {
        let output = StepOutput(json: .null)
        #expect(StepOutput(document: try JSONParser.parse(output.document.utf8)) == output)
    }

    @Test func `an output of another shape is read without what does not fit`() {
        let document: JSONValue = ["exitCode": "0", "headers": 5, "body": 7, "truncated": "yes", "details": []]
        let output = StepOutput(document: document)
        #expect(output.exitCode == nil)
        #expect(output.body == nil)
        #expect(!output.isTruncated)
        #expect(StepOutput(document: "text") == .none)
    }

    @Test func `attempts, failures and progress survive the way through JSON`() {
        let attempts = [
            Attempt(number: 1, worker: "w é", startedAt: Self.now),
            Attempt(
                number: 2, worker: "w", startedAt: Self.now, finishedAt: Self.now + .microseconds(1), outcome: .lost,
                message: "gone"),
        ]
        for attempt in attempts { #expect(Attempt(json: attempt.json) == attempt) }
        #expect(Attempt(json: ["number": 1]) == nil)
        for failure in [JobFailure(code: "own", message: "m", step: "s"), JobFailure(code: .timeout, message: "")] {
            #expect(JobFailure(json: failure.json) == failure)
        }
        #expect(JobFailure(json: ["code": 5]) == nil)
        for progress in [JobProgress(fraction: 0.1, message: "x"), JobProgress(fraction: 1), JobProgress(message: "é")]
        {
            #expect(JobProgress(json: progress.json) == progress)
        }
        #expect(JobProgress(json: .null) == nil)
    }

    @Test func `progress is kept inside its bounds`() {
        #expect(JobProgress(fraction: 7).fraction == 1)
        #expect(JobProgress(fraction: -1).fraction == 0)
        #expect(JobProgress(fraction: .nan).fraction == nil)
        #expect(JobProgress(message: String(repeating: "é", count: 600)).message?.count == 500)
    }
}
