import JobCore
import JobTesting
import Testing

/// The queue in memory against a model that looks at every job for every question.
@Suite(.timeLimit(.minutes(1))) struct MemoryQueueLivesTests {
    /// All jobs in order of submission, and the first job of each lane.
    struct Model {
        var jobs: [Job] = []
        var first: [String: JobID] = [:]

        mutating func enqueue(_ new: NewJob, at now: Timestamp) -> JobID {
            let holder = jobs.first { job in
                guard let unique = job.spec.unique, unique.key == new.spec.unique?.key else { return false }
                return unique.phases.contains(job.phase)
            }
            if let holder { return holder.id }
            jobs.append(Job(submitting: new, at: now))
            updateLanes()
            return new.id
        }

        mutating func apply(_ change: JobEvent.Change, to index: Int, at now: Timestamp) throws(TransitionRefused) {
            jobs[index] = try jobs[index].applying(change, at: now).job
            updateLanes()
        }

        mutating func claim(_ queues: [String], limit: Int, at now: Timestamp) -> [Job] {
            var claimed: [Job] = []
            while claimed.count < limit, let index = next(of: queues, at: now) {
                guard (try? apply(.claim(worker: "w", lease: .seconds(10)), to: index, at: now)) != nil else { break }
                if jobs[index].lease != nil { claimed.append(jobs[index]) }
            }
            return claimed
        }

        func due(_ job: Job) -> Timestamp? {
            switch job.state {
            case .waiting(let until, _): until
            case .running(let lease, _): lease.expiresAt
            case .finished: nil
            }
        }

        func isFirst(_ job: Job) -> Bool { job.spec.lane.map { first[$0] == job.id } ?? true }

        private func next(of queues: [String], at now: Timestamp) -> Int? {
            let ready = jobs.indices.filter { index in
                queues.contains(jobs[index].spec.queue) && isFirst(jobs[index])
                    && due(jobs[index]).map { $0 <= now } ?? false
            }
            return ready.min { left, right in
                let (one, other) = (jobs[left], jobs[right])
                if one.spec.priority != other.spec.priority { return one.spec.priority < other.spec.priority }
                let (oneDue, otherDue) = (due(one) ?? .epoch, due(other) ?? .epoch)
                return oneDue != otherDue ? oneDue < otherDue : left < right
            }
        }

        private mutating func updateLanes() {
            for lane in Set(jobs.compactMap(\.spec.lane)) {
                if let id = first[lane], let job = jobs.first(where: { $0.id == id }), !job.isFinished { continue }
                first[lane] = jobs.first { $0.spec.lane == lane && !$0.isFinished }?.id
            }
        }
    }

    @Test(arguments: UInt64(1)...30)
    func `a random life of the queue is that of the model`(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let time = ManualTime()
        let queue = MemoryQueue(time: time.source)
        var model = Model()
        for _ in 0..<250 {
            let now = time.now
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<2:
                let new = NewJob(Self.randomSpec(at: now, using: &random))
                #expect(try await queue.enqueue([new])[0].id == model.enqueue(new, at: now))
            case 2..<4:
                let names = [["a"], ["b"], ["a", "b"], ["b", "a", "c"]].randomElement(using: &random) ?? []
                let limit = Int.random(in: 1...4, using: &random)
                let claims = try await queue.claim(
                    ClaimRequest(worker: "w", queues: names, limit: limit, lease: .seconds(10)))
                #expect(claims.map(\.job) == model.claim(names, limit: limit, at: now))
            case 4: time.advance(by: .seconds(Int.random(in: 0...6, using: &random)))
            default:
                guard let index = model.jobs.indices.randomElement(using: &random) else { continue }
                let change = Self.randomChange(of: model.jobs[index], using: &random)
                let result = try await queue.apply([JobEvent(change, of: model.jobs[index].id)])[0]
                let expected = Result { () throws(TransitionRefused) in
                    try model.apply(change, to: index, at: now)
                    return model.jobs[index]
                }
                #expect(result == expected)
            }
            try await expectSame(queue, model, at: time.now)
        }
        #expect(model.jobs.count > 20)
    }

    private func expectSame(_ queue: MemoryQueue, _ model: Model, at now: Timestamp) async throws {
        let page = try await queue.page(JobFilter(), after: nil, limit: 1_000)
        #expect(page.jobs == model.jobs.sorted { $0.id > $1.id })
        let counts = try await queue.counts()
        for name in ["a", "b"] {
            for status in JobStatus.allCases {
                let expected = model.jobs.count { $0.spec.queue == name && $0.status(at: now) == status }
                #expect(counts.count(status, in: name) == expected)
            }
            let dues = model.jobs.filter { $0.spec.queue == name && model.isFirst($0) }.compactMap(model.due)
            let due = try await queue.nextDue(in: [name])
            let first = dues.min()
            if let first, first <= now {
                #expect(due.map { $0 <= now } ?? false)
            } else if let first {
                // A job that waits behind others of its lane may make an earlier time, but none in the past.
                #expect(due.map { $0 > now && $0 <= first } ?? false)
            }
        }
        let stopping = model.jobs.filter { $0.status(at: now) == .cancelling }.map(\.id)
        #expect(try await queue.cancelRequests(for: "w") == stopping.sorted())
    }

    private static func randomSpec(at now: Timestamp, using random: inout SeededRandom) -> JobSpec {
        var spec = JobSpec(name: "job", queue: Bool.random(using: &random) ? "a" : "b")
        spec.priority = Int.random(in: -1...1, using: &random)
        spec.lane = [nil, "x", "y"].randomElement(using: &random) ?? nil
        if Int.random(in: 0..<5, using: &random) == 0 {
            spec.unique = UniqueKey("k\(Int.random(in: 0..<3, using: &random))")
        }
        if Bool.random(using: &random) { spec.notBefore = now + .seconds(Int.random(in: -2...5, using: &random)) }
        if Int.random(in: 0..<4, using: &random) == 0 { spec.deadline = .seconds(6) }
        spec.retry = RetryOptions(limit: Int.random(in: 1...3, using: &random))
        spec.steps = (0..<Int.random(in: 0...2, using: &random)).map {
            StepSpec(name: "\($0)", action: .handler(HandlerAction(name: "test")))
        }
        return spec
    }

    private static func randomChange(of job: Job, using random: inout SeededRandom) -> JobEvent.Change {
        let key = job.lease.map { LeaseKey($0) } ?? LeaseKey(worker: "w", generation: 1)
        return switch Int.random(in: 0..<10, using: &random) {
        case 0: .heartbeat(key, lease: .seconds(10))
        case 1, 2: .stepSucceeded(key, step: job.cursor, output: .none)
        case 3, 4: .succeeded(key)
        case 5: .failed(key, StepFailure(.error, "no", isRetryable: Bool.random(using: &random)))
        case 6: .snoozed(key, for: .seconds(3))
        case 7: .released(key, reason: "shutdown")
        case 8: .cancel()
        default: .retry
        }
    }
}
