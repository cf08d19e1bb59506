import JobCore
import JobSQLite
import JobTesting
import Testing

/// Rows that are written many at a time.
@Suite(.timeLimit(.minutes(1)))
struct BulkTests {
    // Around the sizes of the statements.
    @Test(arguments: [1, 3, 4, 5, 15, 16, 17, 63, 64, 65, 85, 200])
    func `any number of jobs is stored, claimed and ended together`(_ count: Int) async throws {
        let queue = try await SQLiteQueue.temporary()
        let jobs = try await queue.enqueue((0..<count).map { NewJob(.test("job-\($0)")) })
        #expect(jobs.map(\.spec.name) == (0..<count).map { "job-\($0)" })
        for job in jobs { #expect(try await queue.job(job.id) == job) }

        let claims = try await queue.take(1_000)
        #expect(claims.map(\.job.id) == jobs.map(\.id))
        for claim in claims { #expect(try await queue.job(claim.job.id) == claim.job) }

        let results = try await queue.apply(
            claims.flatMap { claim in
                [
                    JobEvent(.stepSucceeded(claim.key, step: 0, output: .none), of: claim.job.id),
                    JobEvent(.succeeded(claim.key), of: claim.job.id),
                ]
            })
        for (index, claim) in claims.enumerated() {
            #expect(try await queue.job(claim.job.id) == results[2 * index + 1].get())
        }
        #expect(try await queue.counts().count(.succeeded) == count)
        try await queue.close()
    }

    @Test func `jobs that end in different ways are each written as they are`() async throws {
        let queue = try await SQLiteQueue.temporary()
        _ = try await queue.enqueue((0..<40).map { NewJob(.test("job-\($0)") { $0.retry = RetryOptions(limit: 2) }) })
        let claims = try await queue.take(40)
        let events = claims.enumerated().flatMap { index, claim -> [JobEvent] in
            let id = claim.job.id
            return switch index % 5 {
            case 0:
                [
                    JobEvent(.stepSucceeded(claim.key, step: 0, output: StepOutput(body: "\(index)")), of: id),
                    JobEvent(.succeeded(claim.key), of: id),
                ]
            case 1: [JobEvent(.failed(claim.key, StepFailure(.error, "no \(index % 2)")), of: id)]
            case 2: [JobEvent(.snoozed(claim.key, for: .seconds(60)), of: id)]
            case 3: [JobEvent(.failed(claim.key, StepFailure(.error, "never", isRetryable: false)), of: id)]
            default: [JobEvent(.stepSucceeded(claim.key, step: 0, output: .none), of: id)]
            }
        }
        var ends: [JobID: Job] = [:]
        for (event, result) in zip(events, try await queue.apply(events)) { ends[event.job] = try result.get() }
        for (id, end) in ends { #expect(try await queue.job(id) == end) }
        try await queue.close()
    }

    @Test func `an id that comes again is the same job, in one call, in one transaction, and later`() async throws {
        let queue = try await SQLiteQueue.temporary()
        let known = NewJob(.test("known"))
        let twice = NewJob(.test("twice"))
        _ = try await queue.enqueue([known])
        let others = (0..<70).map { NewJob(.test("other-\($0)")) }
        let jobs = try await queue.enqueue([twice] + others + [twice, known])
        #expect(Set(jobs.map(\.id)).count == 72)
        #expect(jobs[71] == jobs[0])
        #expect(jobs[72].spec.name == "known")

        let racing = NewJob(.test("racing"))
        let answers = try await withThrowingTaskGroup(of: Job.self) { group in
            for _ in 0..<50 { group.addTask { try await queue.enqueue([racing])[0] } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers).count == 1)
        #expect(try await queue.counts().count(.queued) == 73)
        try await queue.close()
    }

    @Test func `what a call looks for is found among the jobs that it has just stored`() async throws {
        let queue = try await SQLiteQueue.temporary()
        let plain = NewJob(.test("plain"))
        let first = NewJob(.test("first") { $0.lane = "lane" })
        let second = NewJob(.test("second") { $0.lane = "lane" })
        let holder = NewJob(.test("holder") { $0.unique = UniqueKey("key") })
        let refused = NewJob(.test("refused") { $0.unique = UniqueKey("key") })
        let tagged = NewJob(.test("tagged") { $0.tags = ["team": "data"] })
        let jobs = try await queue.enqueue([plain, first, second, holder, refused, tagged])
        #expect(jobs[4].id == holder.id)
        let found = try await queue.page(JobFilter(tags: ["team": "data"]), after: nil, limit: 5)
        #expect(found.jobs.map(\.id) == [tagged.id])
        #expect(try await queue.take(10).map(\.job.spec.name) == ["plain", "first", "holder", "tagged"])
        try await queue.close()
    }

    @Test func `jobs that end when they are claimed keep none of the others back`() async throws {
        let time = ManualTime()
        let queue = try await SQLiteQueue.temporary(time: time.source)
        _ = try await queue.enqueue((0..<30).map { _ in NewJob(.test("lost") { $0.retry = RetryOptions(limit: 1) }) })
        #expect(try await queue.take(30).count == 30)
        time.advance(by: .seconds(31))
        let waiting = try await queue.enqueue((0..<100).map { NewJob(.test("waiting-\($0)")) })
        #expect(try await queue.take(100, as: "other").map(\.job.id) == waiting.map(\.id))
        #expect(try await queue.counts().count(.poisoned) == 30)
        try await queue.close()
    }

    @Test func `a claim gets the jobs that the same transaction stored`() async throws {
        let queue = try await SQLiteQueue.temporary()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    _ = try await queue.enqueue(.test("job-\(number)"))
                    return 0
                }
                group.addTask { try await queue.take(1, as: "worker-\(number)").count }
            }
            let claimed = try await group.reduce(0, +)
            #expect(try await queue.counts().count(.running) == claimed)
            #expect(try await queue.counts().count(.queued) == 200 - claimed)
        }
        try await queue.close()
    }
}
