internal import JobCore
internal import Testing

extension QueueConformance {
    static let listing: [QueueCheck<any QueueInspection>] = [
        QueueCheck("pages show all jobs newest first, and the last one has no successor") { queue, time in
            let jobs = try await queue.enqueueAged(7, time)
            let newestFirst = Array(jobs.reversed())
            let all = try await queue.page(JobFilter(), after: nil, limit: 100)
            #expect(all == JobPage(jobs: newestFirst, next: nil))
            let first = try await queue.page(JobFilter(), after: nil, limit: 3)
            #expect(first == JobPage(jobs: Array(newestFirst[0..<3]), next: newestFirst[2].id))
            let second = try await queue.page(JobFilter(), after: first.next, limit: 4)
            #expect(second == JobPage(jobs: Array(newestFirst[3..<7]), next: nil))
        },
        QueueCheck("an empty store has an empty page and no counts") { queue, _ in
            #expect(try await queue.page(JobFilter(), after: nil, limit: 10) == JobPage(jobs: [], next: nil))
            let counts = try await queue.counts()
            #expect(counts.unfinished == 0)
            #expect(JobStatus.allCases.allSatisfy { counts.count($0) == 0 })
        },
        QueueCheck("pages follow the order of submission, whatever the ids are") { queue, time in
            let ids = [3, 1, 2].map { JobID(high: $0, low: 0) }
            for id in ids {
                _ = try await queue.enqueue([NewJob(.test(), id: id)])
                time.advance(by: .seconds(1))
            }
            let first = try await queue.page(JobFilter(), after: nil, limit: 2)
            #expect(first.jobs.map(\.id) == [ids[2], ids[1]])
            #expect(try await queue.page(JobFilter(), after: first.next, limit: 2).jobs.map(\.id) == [ids[0]])
        },
        QueueCheck("paging shows every job that stays exactly once while jobs come and go") { queue, time in
            let jobs = try await queue.enqueueAged(12, time) { $0.retention = .zero }
            var seen: [JobID] = []
            var after: JobID?
            repeat {
                let page = try await queue.page(JobFilter(), after: after, limit: 3)
                seen += page.jobs.map(\.id)
                after = page.next
                _ = try await queue.enqueueAged(2, time)
                // The page's own last job goes, which is where the next page starts, and one that is still to come.
                for job in [page.jobs.last, jobs.first { $0.id < after ?? $0.id && !seen.contains($0.id) }] {
                    guard let job, try await queue.job(job.id) != nil else { continue }
                    try await queue.apply(.cancel(), to: job.id)
                }
                _ = try await queue.prune(limit: 100)
            } while after != nil
            #expect(Set(seen).count == seen.count)
            for job in jobs {
                let isThere = try await queue.job(job.id) != nil
                #expect(!isThere || seen.contains(job.id))
            }
        },
        QueueCheck("a filter shows exactly the jobs that match it") { queue, time in
            let all = try await queue.enqueueOfAllStatuses(time)
            #expect(Set(all.map { $0.status(at: time.now) }) == Set(JobStatus.allCases))
            var filters = JobStatus.allCases.map { JobFilter(statuses: [$0]) }
            filters += [
                JobFilter(statuses: [.failed, .poisoned, .queued]), JobFilter(queues: ["odd"]),
                JobFilter(queues: ["odd", "even"]), JobFilter(queues: ["none"]), JobFilter(name: "job 3"),
                JobFilter(name: "job"), JobFilter(tags: ["parity": "odd"]),
                JobFilter(tags: ["parity": "odd", "third": "0"]), JobFilter(tags: ["third": "odd"]),
                JobFilter(createdFrom: all[4].createdAt), JobFilter(createdBefore: all[4].createdAt),
                JobFilter(
                    statuses: [.queued, .succeeded, .running], queues: ["even"], tags: ["third": "1"],
                    createdFrom: all[1].createdAt, createdBefore: all[8].createdAt),
            ]
            for filter in filters {
                let expected = all.filter { filter.matches($0, at: time.now) }.map(\.id)
                var found: [JobID] = []
                var after: JobID?
                repeat {
                    let page = try await queue.page(filter, after: after, limit: 2)
                    found += page.jobs.map(\.id)
                    after = page.next
                } while after != nil
                #expect(found == expected.reversed(), "\(filter)")
            }
        },
        QueueCheck("statuses follow the clock without anybody writing") { queue, time in
            _ = try await queue.enqueue(.test { $0.notBefore = time.now + .seconds(10) })
            func shown(_ status: JobStatus) async throws -> Int {
                let page = try await queue.page(JobFilter(statuses: [status]), after: nil, limit: 10)
                return page.jobs.count
            }
            #expect(try await shown(.scheduled) == 1)
            #expect(try await queue.counts().count(.scheduled) == 1)
            time.advance(by: .seconds(10))
            #expect(try await shown(.scheduled) == 0)
            #expect(try await shown(.queued) == 1)
            #expect(try await queue.counts().count(.queued) == 1)
            #expect(try await queue.counts().count(.scheduled) == 0)
        },
        QueueCheck("counts agree with the jobs, by named queue and status") { queue, time in
            let all = try await queue.enqueueOfAllStatuses(time)
            let counts = try await queue.counts()
            for name in ["odd", "even", "none"] {
                for status in JobStatus.allCases {
                    let expected = all.count { $0.spec.queue == name && $0.status(at: time.now) == status }
                    #expect(counts.count(status, in: name) == expected, "\(name) \(status)")
                }
            }
            #expect(counts.unfinished == all.count { !$0.isFinished })
        },
        QueueCheck("jobs that wait behind others of their lane count as queued") { queue, time in
            _ = try await queue.enqueue([NewJob(.lane("first")), NewJob(.lane("second"))])
            #expect(try await queue.counts().count(.queued) == 2)
            let page = try await queue.page(JobFilter(statuses: [.queued]), after: nil, limit: 10)
            #expect(page.jobs.count == 2)
        },
    ]

    static let pruning: [QueueCheck<any QueueInspection>] = [
        QueueCheck("a finished job is pruned when its retention has ended, and not a microsecond before") {
            queue, time in
            let id = try await queue.enqueue(.test { $0.retention = .seconds(60) }).id
            try await queue.complete(try await queue.takeOne())
            time.advance(by: .seconds(60) - .microseconds(1))
            #expect(try await queue.prune(limit: 10) == 0)
            #expect(try await queue.job(id) != nil)
            time.advance(by: .microseconds(1))
            #expect(try await queue.prune(limit: 10) == 1)
            #expect(try await queue.job(id) == nil)
            #expect(try await queue.page(JobFilter(), after: nil, limit: 10).jobs.isEmpty)
            #expect(try await queue.counts().count(.succeeded) == 0)
            #expect(try await queue.prune(limit: 10) == 0)
        },
        QueueCheck("pruning never touches unfinished jobs") { queue, time in
            let spec = JobSpec.test { $0.retention = .zero }
            let ids = try await queue.enqueue([NewJob(spec), NewJob(spec), NewJob(spec)]).map(\.id)
            let claim = try await queue.takeOne(for: .seconds(1))
            try await queue.apply(.cancel(), to: ids[1])
            time.advance(by: .seconds(86_400 * 365 * 9))
            #expect(try await queue.prune(limit: 10) == 1)
            #expect(try await queue.job(claim.job.id) != nil)
            #expect(try await queue.job(ids[1]) == nil)
            #expect(try await queue.job(ids[2]) != nil)
        },
        QueueCheck("a job brought back by hand is not pruned before it has finished again") { queue, time in
            let id = try await queue.enqueue(.test { $0.retention = .seconds(10) }).id
            try await queue.apply(.cancel(), to: id)
            time.advance(by: .seconds(9))
            try await queue.apply(.retry, to: id)
            time.advance(by: .seconds(9))
            #expect(try await queue.prune(limit: 10) == 0)
            try await queue.complete(try await queue.takeOne())
            time.advance(by: .seconds(9))
            #expect(try await queue.prune(limit: 10) == 0)
            time.advance(by: .seconds(1))
            #expect(try await queue.prune(limit: 10) == 1)
        },
        QueueCheck("each call prunes at most as many jobs as it may") { queue, _ in
            let jobs = try await queue.enqueue((0..<25).map { _ in NewJob(.test(steps: 0) { $0.retention = .zero }) })
            #expect(try await queue.prune(limit: 10) == 10)
            #expect(try await queue.prune(limit: 10) == 10)
            #expect(try await queue.prune(limit: 10) == 5)
            for job in jobs { #expect(try await queue.job(job.id) == nil) }
        },
        QueueCheck("a pruned job gives its unique key and its id free") { queue, _ in
            let new = NewJob(
                .test {
                    $0.unique = UniqueKey("k", while: [.waiting, .running, .succeeded])
                    $0.retention = .zero
                })
            _ = try await queue.enqueue([new])
            try await queue.complete(try await queue.takeOne())
            #expect(try await queue.enqueue(new.spec).id == new.id)
            #expect(try await queue.prune(limit: 10) == 1)
            #expect(try await queue.enqueue([new])[0].version == 1)
            #expect(try await queue.page(JobFilter(), after: nil, limit: 10).jobs.map(\.id) == [new.id])
        },
        QueueCheck("pruning the finished jobs of a lane does not disturb it") { queue, _ in
            _ = try await queue.enqueue(
                ["first", "second", "third"].map { NewJob(.lane($0) { $0.retention = .zero }) })
            try await queue.complete(try await queue.takeOne())
            #expect(try await queue.prune(limit: 10) == 1)
            let second = try await queue.takeOne()
            #expect(second.job.spec.name == "second")
            #expect(try await queue.take().isEmpty)
            try await queue.complete(second)
            #expect(try await queue.takeOne().job.spec.name == "third")
        },
    ]
}

extension QueueInspection {
    /// Stores jobs one by one, each a second after the other and under an id of its time.
    fileprivate func enqueueAged(
        _ count: Int, _ time: ManualTime, _ adjust: (inout JobSpec) -> Void = { _ in }
    ) async throws -> [Job] {
        var random = SeededRandom(seed: UInt64(bitPattern: time.now.microseconds))
        var jobs: [Job] = []
        for index in 0..<count {
            time.advance(by: .seconds(1))
            let spec = JobSpec.test("job \(index)") { spec in
                spec.queue = index % 2 == 0 ? "even" : "odd"
                spec.tags = ["parity": spec.queue, "third": "\(index % 3)"]
                adjust(&spec)
            }
            jobs += try await enqueue([NewJob(spec, id: JobID(at: time.now, using: &random))])
        }
        return jobs
    }

    /// Stores two jobs of every status, oldest first.
    fileprivate func enqueueOfAllStatuses(_ time: ManualTime) async throws -> [Job] {
        let statuses = JobStatus.allCases + JobStatus.allCases
        let jobs = try await enqueueAged(statuses.count, time) { $0.retry = RetryOptions(limit: 2) }
        var claims: [JobID: Claim] = [:]
        for claim in try await take(100, from: ["even", "odd"], for: .seconds(3_600)) { claims[claim.job.id] = claim }
        for (job, status) in zip(jobs, statuses) {
            let key = try #require(claims[job.id]).key
            switch status {
            case .running: break
            case .scheduled: try await apply(.snoozed(key, for: .seconds(3_600)), to: job.id)
            case .queued: try await apply(.released(key, reason: "shutdown"), to: job.id)
            case .retrying:
                try await apply(.failed(key, StepFailure(.error, "e", retryAfter: .seconds(3_600))), to: job.id)
            case .cancelling: try await apply(.cancel(), to: job.id)
            case .succeeded: try await complete(try #require(claims[job.id]))
            case .failed: try await apply(.failed(key, .final), to: job.id)
            case .poisoned:
                try await apply(.failed(key, .flaky), to: job.id)
                time.advance(by: .seconds(1))
                let again = try await apply(.claim(worker: "w", lease: .seconds(9)), to: job.id)
                let lease = try #require(again.lease)
                try await apply(.failed(LeaseKey(lease), .flaky), to: job.id)
            case .cancelled:
                try await apply(.cancel(), to: job.id)
                try await apply(.released(key, reason: "stopped"), to: job.id)
            }
        }
        var current: [Job] = []
        for job in jobs { current.append(try await stored(job.id)) }
        return current
    }
}
