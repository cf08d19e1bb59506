internal import JobCore

/// Lets claimers and settlers loose on a queue at the same time, and looks for an order that explains what they saw.
///
/// Time stands still during each round, and every change of a job makes a new version. So the accepted events of a job
/// have one order, and the pure lifecycle, applied in that order, must give exactly what each caller was told.
public struct QueueRush: Sendable {
    private let doors: [QueueModel.Door]
    private static let workers = 6
    private static let rounds = 12

    /// Makes a rush on an empty store.
    ///
    /// - Parameter doors: the queues on the store, on clocks that show the same time.
    public init(doors: [QueueModel.Door]) {
        self.doors = doors
    }

    /// Runs the rounds of a seed; the interleaving is the machine's choice.
    ///
    /// - Returns: what has no explanation; nil when all has.
    /// - Throws: what the queue throws.
    public func fault(seed: UInt64) async throws -> String? {
        var random = SeededRandom(seed: seed)
        var jobs: [JobID: Job] = [:]
        var order: [JobID] = []
        for round in 0..<Self.rounds {
            let number = round * 10
            let drafts = (number..<number + 10).map { Self.draft($0, &random) }
            let now = doors[0].time.now
            for job in try await doors[0].store.enqueue(drafts.map { $0.newJob(at: now) }) {
                jobs[job.id] = job
                order.append(job.id)
            }
            let seeds = (0..<Self.workers).map { _ in random.next() }
            let sightings = try await play(seeds, jobs: order)
            for id in order {
                guard let before = jobs[id], let after = try await doors[0].store.job(id) else {
                    return "seed \(seed): job \(id) is gone"
                }
                let seen = sightings.filter { $0.event.job == id }
                if let text = Self.explain(seen, from: before, to: after, at: now) {
                    return "seed \(seed), round \(round): \(text)"
                }
                jobs[id] = after
            }
            if let text = Self.crowded(order.compactMap { jobs[$0] }) { return "seed \(seed), round \(round): \(text)" }
            let pause = Duration.milliseconds(Int.random(in: 0...15, using: &random) * 100)
            for door in doors { door.time.advance(by: pause) }
        }
        return nil
    }

    // MARK: One round

    /// What one caller was told.
    struct Sighting: Sendable {
        var event: JobEvent
        var result: Result<Job, TransitionRefused>
    }

    private func play(_ seeds: [UInt64], jobs: [JobID]) async throws -> [Sighting] {
        try await withThrowingTaskGroup(of: [Sighting].self) { group in
            for (worker, seed) in seeds.enumerated() {
                let store = doors[worker % doors.count].store
                group.addTask { try await Self.work(store, "w\(worker)", seed, jobs) }
            }
            var all: [Sighting] = []
            for try await sightings in group { all += sightings }
            return all
        }
    }

    private static func work(
        _ store: any JobStore, _ worker: String, _ seed: UInt64, _ jobs: [JobID]
    ) async throws -> [Sighting] {
        var random = SeededRandom(seed: seed)
        var sightings: [Sighting] = []
        for _ in 0..<3 {
            let lease = Duration.milliseconds(Int.random(in: 1...10, using: &random) * 100)
            let slots = (0..<3).map { ClaimRequest.Slots(queue: "q\($0)", limit: 3) }
            let claims = try await store.claim(ClaimRequest(worker: worker, slots: slots, limit: 3, lease: lease))
            for claim in claims {
                let event = JobEvent(.claim(worker: worker, lease: lease), of: claim.job.id)
                sightings.append(Sighting(event: event, result: .success(claim.job)))
                let events = Self.settling(claim, &random)
                for (event, result) in zip(events, try await store.apply(events)) {
                    sightings.append(Sighting(event: event, result: result))
                }
            }
            // Somebody meddles with any job.
            let any = jobs[Int.random(in: 0..<jobs.count, using: &random)]
            let change: JobEvent.Change = Bool.random(using: &random) ? .cancel() : .retry
            let event = JobEvent(change, of: any)
            sightings.append(Sighting(event: event, result: try await store.apply([event])[0]))
        }
        return sightings
    }

    private static func settling(_ claim: Claim, _ random: inout SeededRandom) -> [JobEvent] {
        var changes: [JobEvent.Change] = [.heartbeat(claim.key, lease: .milliseconds(700))]
        let steps = claim.job.spec.steps.count
        let last = Int.random(in: claim.job.cursor...steps, using: &random)
        for step in claim.job.cursor..<last { changes.append(.stepSucceeded(claim.key, step: step, output: .none)) }
        switch Int.random(in: 0...6, using: &random) {
        case 0: changes.append(.failed(claim.key, StepFailure(.error, "it did not work")))
        case 1: changes.append(.released(claim.key, reason: "shutdown"))
        case 2: changes.append(.interrupted(claim.key, reason: "taken away"))
        case 3: break
        default: changes.append(.succeeded(claim.key))
        }
        return changes.map { JobEvent($0, of: claim.job.id) }
    }

    private static func draft(_ number: Int, _ random: inout SeededRandom) -> JobDraft {
        var draft = JobDraft(number: number)
        draft.queue = Int.random(in: 0...2, using: &random)
        draft.steps = Int.random(in: 1...3, using: &random)
        draft.limit = Int.random(in: 1...4, using: &random)
        if Bool.random(using: &random) { draft.lane = Int.random(in: 0...2, using: &random) }
        return draft
    }

    // MARK: The explanation

    /// Why what was seen of one job cannot have happened; nil when it can.
    static func explain(_ seen: [Sighting], from before: Job, to after: Job, at now: Timestamp) -> String? {
        var states = [before]
        var rest = seen
        var job = before
        // Each turn finds the event that made the next version. Claims that finish a job on the way are seen by nobody.
        while job.version < after.version || !rest.allSatisfy({ $0.isAnswered(by: states, at: now) }) {
            let found = rest.firstIndex { sighting in
                guard case .success(let result) = sighting.result else { return false }
                return (try? job.applying(sighting.event.change, at: now).job) == result && result != job
            }
            if let found, case .success(let result) = rest.remove(at: found).result {
                job = result
            } else if let swept = try? job.applying(.claim(worker: "sweep", lease: .zero), at: now).job,
                swept.isFinished
            {
                job = swept
            } else {
                let told = rest.map { "\($0.event.change) → \($0.result)" }.joined(separator: "\n  ")
                return "no order explains what was told\n  job \(job)\n  after \(after)\n  \(told)"
            }
            states.append(job)
        }
        return job == after ? nil : "the job is not what its changes make of it\n  \(job)\n  \(after)"
    }

    /// Why lanes are broken; nil when they are not.
    static func crowded(_ jobs: [Job]) -> String? {
        let running = jobs.filter { $0.lease != nil && $0.spec.lane != nil }
        let lanes = Dictionary(grouping: running) { $0.spec.lane }
        return lanes.first { $0.value.count > 1 }.map { "lane \($0.key ?? "") runs \($0.value.map(\.spec.name))" }
    }
}

extension QueueRush.Sighting {
    /// Whether one of the states that the job went through gives this answer without changing.
    fileprivate func isAnswered(by states: [Job], at now: Timestamp) -> Bool {
        states.contains { state in
            do throws(TransitionRefused) {
                guard case .success(let result) = result else {
                    _ = try state.applying(event.change, at: now)
                    return false
                }
                return try state.applying(event.change, at: now).job == result && result == state
            } catch {
                guard case .failure(let refusal) = result else { return false }
                return refusal == error
            }
        }
    }
}
