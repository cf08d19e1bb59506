internal import JobCore

/// Plays operations on a queue and on the reference beside it.
struct ModelPlayer {
    private let doors: [QueueModel.Door]
    private var reference = ReferenceQueue()
    /// Whether a clock was set: a store may then count as due what was due once.
    private var isClockSet = false

    init(doors: [QueueModel.Door]) {
        self.doors = doors
    }

    /// Plays one operation through one of the doors.
    ///
    /// - Returns: what differs; nil when nothing does.
    mutating func play(_ operation: ModelOperation, through number: Int) async throws -> String? {
        let door = doors[number % doors.count]
        let now = door.time.now
        switch operation {
        case .enqueue(let drafts):
            let new = drafts.map { $0.newJob(at: now) }
            var expected: [Job] = []
            for job in new { expected.append(reference.enqueue(job, at: now)) }
            return Self.difference("enqueue", try await door.store.enqueue(new), expected)
        case .claim(let worker, let slots, let limit, let lease):
            let request = ClaimRequest(
                worker: "w\(worker)",
                slots: slots.enumerated().map { ClaimRequest.Slots(queue: "q\($0.offset)", limit: $0.element) },
                limit: limit, lease: .milliseconds(lease))
            // Without a free slot nothing is asked for, so nothing needs to be done on the way.
            let expected = slots.contains { $0 > 0 } ? reference.claim(request, at: now) : []
            return Self.difference("claim", try await door.store.claim(request).map(\.job), expected)
        case .apply(let drafts):
            let events = drafts.compactMap { event($0, at: now) }
            var expected: [Result<Job, TransitionRefused>] = []
            for event in events { expected.append(reference.apply(event, at: now)) }
            return Self.difference("apply", try await door.store.apply(events), expected)
        case .prune(let limit): return try await prune(limit, door)
        case .delete(let picks): return try await delete(picks, door)
        case .set(let queue, let isPaused, let concurrency):
            guard let controls = door.controls else { return nil }
            let settings = NamedQueueSettings(isPaused: isPaused, concurrency: concurrency)
            reference.settings["q\(queue)"] = settings.isStandard ? nil : settings
            try await controls.setQueueSettings(settings, for: "q\(queue)")
            return nil
        case .advance(let milliseconds):
            for door in doors { door.time.advance(by: .milliseconds(milliseconds)) }
            return nil
        case .setClock(let store, let milliseconds):
            let time = doors[store % doors.count].time
            isClockSet = true
            // Forwards with the uptime, so that the store takes it for time and not for a clock that was set, after which
            // it would treat leases with care.
            if milliseconds > 0 {
                time.advance(by: .milliseconds(milliseconds))
            } else {
                time.setClock(to: time.now + .milliseconds(milliseconds))
            }
            return nil
        case .inspect: return try await inspect(door)
        }
    }

    /// The event that a draft stands for; nil when there is nothing that it could be about.
    private func event(_ draft: EventDraft, at now: Timestamp) -> JobEvent? {
        if draft.needsLease {
            guard !reference.leases.isEmpty else { return nil }
            let lease = reference.leases[reference.leases.count - 1 - draft.pick % reference.leases.count]
            return JobEvent(
                draft.change(lease.key, cursor: reference.job(lease.job)?.cursor ?? 0, at: now),
                of: lease.job)
        }
        guard !reference.entries.isEmpty else { return nil }
        let entry = reference.entries[draft.pick % reference.entries.count]
        return JobEvent(draft.change(LeaseKey(worker: "", generation: 0), cursor: 0, at: now), of: entry.job.id)
    }

    private mutating func prune(_ limit: Int, _ door: QueueModel.Door) async throws -> String? {
        let now = door.time.now
        let prunable = reference.entries.map(\.job).filter { reference.isPrunable($0, at: now) }
        let removed = try await door.store.prune(limit: limit)
        guard removed == min(limit, prunable.count) else {
            return "prune removed \(removed) instead of \(min(limit, prunable.count))"
        }
        var gone = 0
        // Which of them go first is the store's choice.
        for job in prunable where try await door.store.job(job.id) == nil {
            gone += 1
            reference.remove(job.id)
        }
        return gone == removed ? nil : "prune says that it removed \(removed), but \(gone) are gone"
    }

    private mutating func delete(_ picks: [Int], _ door: QueueModel.Door) async throws -> String? {
        guard let controls = door.controls, !reference.entries.isEmpty else { return nil }
        let ids = picks.map { reference.entries[$0 % reference.entries.count].job.id }
        var expected: [TransitionRefused?] = []
        for id in ids { expected.append(reference.delete(id, at: door.time.now)) }
        let found = try await controls.delete(ids).map { result -> TransitionRefused? in
            if case .failure(let refusal) = result { refusal } else { nil }
        }
        return Self.difference("delete", found, expected)
    }

    // MARK: Comparing

    private func inspect(_ door: QueueModel.Door) async throws -> String? {
        let now = door.time.now
        for entry in reference.entries {
            let stored = try await door.store.job(entry.job.id)
            if stored != entry.job { return Self.difference("job", [stored], [entry.job]) }
        }
        let counts = try await door.store.counts()
        let expected = reference.counts(at: now)
        var groups = JobStatus.allCases.map { [$0] }
        if isClockSet {
            let waiting: [JobStatus] = [.scheduled, .queued, .retrying]
            groups = groups.filter { !waiting.contains($0[0]) } + [waiting]
        }
        for queue in ["q0", "q1", "q2"] {
            for group in groups {
                let found = group.map { counts.count($0, in: queue) }.reduce(0, +)
                let wanted = group.map { expected.count($0, in: queue) }.reduce(0, +)
                if found != wanted { return "counts: \(found) \(group) in \(queue) instead of \(wanted)" }
            }
        }
        for worker in 0...2 {
            let requests = try await door.store.cancelRequests(for: "w\(worker)")
            if Set(requests) != reference.cancelRequests(for: "w\(worker)") {
                return "cancel requests of w\(worker): \(requests)"
            }
        }
        for queues in [["q0"], ["q1", "q2"]] {
            let next = try await door.store.nextDue(in: queues)
            // How long something has been due is not asked for.
            let wanted = reference.nextDue(in: queues, at: now).map { $0.map { max($0, now) } }
            if !wanted.contains(next.map { max($0, now) }) {
                return "next due in \(queues) at \(now): \(String(describing: next)) is none of \(wanted)"
            }
        }
        return try await inspectPages(door, now)
    }

    private func inspectPages(_ door: QueueModel.Door, _ now: Timestamp) async throws -> String? {
        let filters = [
            JobFilter(), JobFilter(queues: ["q1"]), JobFilter(tags: ["number": "1"]),
            JobFilter(statuses: [.queued, .running]), JobFilter(statuses: [.failed, .poisoned, .cancelled]),
        ]
        for filter in filters {
            var jobs: [Job] = []
            var last: JobID?
            repeat {
                let page = try await door.store.page(filter, after: last, limit: 7)
                jobs += page.jobs
                last = page.next
            } while last != nil && jobs.count < 10_000
            let expected = reference.entries.map(\.job).filter { filter.matches($0, at: now) }
            let byID = { (left: Job, right: Job) in left.id > right.id }
            if let text = Self.difference("page of \(filter)", jobs.sorted(by: byID), expected.sorted(by: byID)) {
                return text
            }
        }
        return nil
    }

    /// Both as text, without what every generated job has.
    private static func text(_ value: some Any) -> String {
        let text = "\(value)".replacing("JobCore.", with: "")
        return text.replacing(/, steps: \[StepSpec.*?traceContext: \[:\]\)/, with: ")")
            .replacing(/retry: RetryOptions\(limit: ([^,]*)[^)]*\)(, [a-zA-Z]*: nil)*/) { "limit: \($0.1)" }
            .replacing(/Optional\(([^()]*)\)/) { $0.1 }
    }

    private static func difference<Value: Equatable>(_ what: String, _ found: [Value], _ wanted: [Value]) -> String? {
        if found == wanted { return nil }
        for (index, pair) in zip(found, wanted).enumerated() where pair.0 != pair.1 {
            return "\(what)[\(index)]\n  found  \(text(pair.0))\n  wanted \(text(pair.1))"
        }
        return "\(what): \(found.count) instead of \(wanted.count)\n  found  \(text(found))\n  wanted \(text(wanted))"
    }
}
