/// What a ``MemoryQueue`` holds, behind its lock.
struct MemoryStore {
    /// What happened in one transaction, to be told after the lock is released.
    struct Outbox: Sendable {
        var enqueued: [Job] = []
        var transitions: [Transition] = []
        /// Jobs that became the first of their lane.
        var unblocked: [Job] = []
        /// Jobs whose log or artifacts grew, or that were deleted.
        var touched: [JobID] = []
        /// Named queues that may have room for further jobs, because of their settings or an end.
        var freed: Set<String> = []
    }

    let options: MemoryQueue.Options
    /// The time of the transaction; leases have a time of their own after the clock was set.
    var time = LeaseClock.Reading(now: .epoch)
    private(set) var records: [JobID: MemoryRecord] = [:]
    private(set) var queues: [String: MemoryNamedQueue] = [:]
    var listing = MemoryListing()
    /// The running jobs of each worker that somebody has asked to stop.
    private(set) var cancelRequests: [String: Set<JobID>] = [:]
    /// How many those are.
    private(set) var stopping = 0
    private var lanes = MemoryLanes()
    private var deadlines = MemoryDeadlines()
    private var keyHolders: [String: [MemoryRecord]] = [:]
    /// Finished jobs in the order in which their retention ends.
    private var retained = Backlog<TimeKey>()
    /// Finished jobs in the order in which they finished; filled only where their number is limited.
    private var finished = Backlog<TimeKey>()
    private var nextSequence = 0
    var outbox = Outbox()
    /// The settings of the named queues that have some.
    var settings: [String: NamedQueueSettings] = [:]
    var feed = MemoryFeed()
    var workers = MemoryWorkers()
    var tokens = MemoryTokens()
    var documents = MemoryRecords()

    init(options: MemoryQueue.Options) {
        self.options = options
    }

    mutating func takeOutbox() -> Outbox {
        feed.endTransaction()
        defer { outbox = Outbox() }
        return outbox
    }

    // MARK: JobQueue

    /// Stores a new job; returns it, or the one that has its id or holds its key already.
    mutating func enqueue(_ job: Job, at now: Timestamp) -> Job {
        if let known = records[job.id] { return known.job }
        if let key = job.spec.unique?.key, let holder = keyHolders[key]?.min(by: { $0.sequence < $1.sequence }) {
            return holder.job
        }
        let record = MemoryRecord(job, sequence: nextSequence, queue: queue(named: job.queue))
        nextSequence += 1
        records[job.id] = record
        listing.insert(record)
        outbox.enqueued.append(job)
        feed.note(job.id)
        settle(record, at: now)
        for new in job.followUps { _ = enqueue(Job(submitting: new, at: now), at: now) }
        return job
    }

    mutating func claim(_ request: ClaimRequest, at now: Timestamp) -> [Claim] {
        guard request.limit > 0, request.slots.contains(where: { $0.limit > 0 }) else { return [] }
        let change = JobEvent.Change.claim(worker: request.worker, lease: request.lease)
        failPastDeadline(change, at: now)
        var slots: [(queue: MemoryNamedQueue, free: Int)] = []
        for slot in request.slots {
            guard let queue = queues[slot.queue], slot.limit > 0 else { continue }
            makeDue(queue, at: now)
            var free = slot.limit
            if let room = room(in: slot.queue, queue) {
                // A queue that is named twice has its room once.
                guard !slots.contains(where: { $0.queue === queue }) else { continue }
                free = min(free, room)
            }
            slots.append((queue, free))
        }
        var claims: [Claim] = []
        var refused: [MemoryRecord] = []
        while claims.count < request.limit, let (slot, record) = Self.next(of: slots) {
            guard let transition = try? record.job.applying(change, at: now) else {
                // Only a clock that was set back leads here: the job is due later than it was.
                record.queue.withdraw(record)
                refused.append(record)
                continue
            }
            commit(transition, to: record, at: now)
            if let claim = Claim(transition.job) {
                claims.append(claim)
                slots[slot].free -= 1
            }
        }
        for record in refused { place(record, at: now) }
        return claims
    }

    /// Ends what is past its deadline, also where its lane keeps it back; a claim is the event that does it.
    private mutating func failPastDeadline(_ change: JobEvent.Change, at now: Timestamp) {
        while let record = deadlines.first(at: now) {
            guard let transition = try? record.job.applying(change, at: now) else { return }
            commit(transition, to: record, at: now)
        }
    }

    /// Applies events in order; what a worker says of one job in one go is one change of the lists.
    mutating func apply(_ events: [JobEvent], at now: Timestamp) -> [Result<Job, TransitionRefused>] {
        var results: [Result<Job, TransitionRefused>] = []
        results.reserveCapacity(events.count)
        var index = 0
        while index < events.count {
            let id = events[index].job
            guard let record = records[id] else {
                results.append(.failure(.unknownJob))
                index += 1
                continue
            }
            var job = record.job
            var transitions = TransitionRun()
            repeat {
                do throws(TransitionRefused) {
                    let transition = try job.applying(events[index].change, at: now)
                    job = transition.job
                    transitions.add(transition)
                    results.append(.success(job))
                } catch {
                    results.append(.failure(error))
                }
                index += 1
                // What people do may change the lists in between, such as who is first in a lane.
            } while index < events.count && events[index].job == id && events[index].change.leaseKey != nil
                && events[index - 1].change.leaseKey != nil
            commit(transitions, to: record, at: now)
        }
        return results
    }

    /// The record that comes first among the queues with free slots, and whose slot that is.
    private static func next(
        of slots: [(queue: MemoryNamedQueue, free: Int)]
    ) -> (slot: Int, record: MemoryRecord)? {
        var best: (slot: Int, entry: Backlog<ReadyKey>.Entry)?
        for (index, slot) in slots.enumerated() where slot.free > 0 {
            guard let entry = slot.queue.ready.first else { continue }
            if let found = best, found.entry.key < entry.key { continue }
            best = (index, entry)
        }
        return best.map { ($0.slot, $0.entry.record) }
    }

    // MARK: Changes

    private mutating func commit(_ transition: Transition, to record: MemoryRecord, at now: Timestamp) {
        var run = TransitionRun()
        run.add(transition)
        commit(run, to: record, at: now)
    }

    /// Brings the store in line with what happened to one job in one go.
    private mutating func commit(_ run: TransitionRun, to record: MemoryRecord, at now: Timestamp) {
        guard let last = run.last else { return }
        noteCancelRequests(of: record, now: last.job.stoppingWorker)
        if record.job.version != last.job.version { feed.note(record.job.id) }
        record.job = last.job
        run.forEach { transition in
            outbox.transitions.append(transition)
            noteRoom(after: transition)
            if transition.effects.contains(.edited) { moveQueue(of: record) }
        }
        settle(record, at: now)
        run.forEach { transition in
            for new in transition.followUps { _ = enqueue(Job(submitting: new, at: now), at: now) }
        }
    }

    /// Notes that a job has left a queue whose number of running jobs is limited.
    private mutating func noteRoom(after transition: Transition) {
        guard !settings.isEmpty, let limited = settings[transition.job.queue], limited.concurrency != nil else {
            return
        }
        let isEnd = transition.effects.contains { if case .attemptEnded = $0 { true } else { false } }
        if isEnd { outbox.freed.insert(transition.job.queue) }
    }

    private mutating func noteCancelRequests(of record: MemoryRecord, now worker: String?) {
        let before = record.job.stoppingWorker
        guard before != worker else { return }
        stopping += (worker == nil ? 0 : 1) - (before == nil ? 0 : 1)
        if let before {
            cancelRequests[before]?.remove(record.job.id)
            if cancelRequests[before]?.isEmpty ?? false { cancelRequests[before] = nil }
        }
        if let worker { cancelRequests[worker, default: []].insert(record.job.id) }
    }

    /// Brings all lists in line with a record's job.
    private mutating func settle(_ record: MemoryRecord, at now: Timestamp) {
        updateKey(of: record)
        deadlines.update(record, to: record.job.deadlineAt)
        let wasLive = record.isLive
        record.isLive = !record.job.isFinished
        switch (wasLive, record.isLive) {
        case (false, true): lanes.join(record)
        case (true, false):
            if let next = lanes.leave(record) {
                place(next, at: now)
                outbox.unblocked.append(next.job)
            }
        case (true, true), (false, false): break
        }
        forget(record)
        place(record, at: now)
        keep(record)
    }

    /// Follows a job that people put into another named queue.
    private mutating func moveQueue(of record: MemoryRecord) {
        let queue = queue(named: record.job.queue)
        guard queue !== record.queue else { return }
        record.queue.withdraw(record)
        record.queue.count(record, as: nil)
        record.queue = queue
    }

    /// Puts a record into the list that its state asks for.
    private func place(_ record: MemoryRecord, at now: Timestamp) {
        let queue = record.queue
        queue.count(record, as: record.job.status(at: now))
        switch record.job.state {
        case .waiting(let until, _):
            queue.withdraw(record)
            queue.note(record, isLeased: false)
            if until > now {
                queue.makeTimed(record, until: until)
            } else if !record.isBlocked {
                queue.makeReady(record, since: until)
            }
        case .running(let lease, _):
            // A lease only grows, so the entry of a renewed one stays; it comes up early and is then put off.
            if record.place == .timed, record.timedGeneration == lease.generation { return }
            queue.withdraw(record)
            record.timedGeneration = lease.generation
            let isLeased = lease.expiresAt > time.leases
            queue.note(record, isLeased: isLeased)
            if isLeased {
                queue.makeTimed(record, until: time.end(of: lease.expiresAt))
            } else {
                queue.makeReady(record, since: lease.expiresAt)
            }
        case .finished:
            queue.withdraw(record)
            queue.note(record, isLeased: false)
        }
    }

    /// Moves what has become due, and expired leases, to the list of what can be claimed.
    func makeDue(_ queue: MemoryNamedQueue, at now: Timestamp) {
        // A clock that was set back takes jobs from the front that were due already.
        while let entry = queue.ready.first, entry.key.due > now {
            queue.ready.removeFirst()
            entry.record.place = .none
            place(entry.record, at: now)
        }
        while let entry = queue.timed.first, entry.key.time <= now || entry.record.wasRenewed(since: entry.key.time) {
            queue.timed.removeFirst()
            entry.record.place = .none
            place(entry.record, at: now)
        }
    }

    private mutating func queue(named name: String) -> MemoryNamedQueue {
        if let queue = queues[name] { return queue }
        let queue = MemoryNamedQueue()
        queues[name] = queue
        return queue
    }

    private mutating func updateKey(of record: MemoryRecord) {
        guard let unique = record.job.spec.unique else { return }
        let holds = unique.phases.contains(record.job.phase)
        guard holds != record.holdsKey else { return }
        record.holdsKey = holds
        if holds { keyHolders[unique.key, default: []].append(record) } else { releaseKey(unique.key, of: record) }
    }

    private mutating func releaseKey(_ key: String, of record: MemoryRecord) {
        record.holdsKey = false
        keyHolders[key]?.removeAll { $0 === record }
        if keyHolders[key]?.isEmpty ?? false { keyHolders[key] = nil }
    }

    // MARK: Finished jobs

    /// Notes when a finished job goes, and lets the first one go when there are too many.
    private mutating func keep(_ record: MemoryRecord) {
        guard let finishedAt = record.job.finishedAt else { return }
        record.isKept = true
        let retention = record.job.spec.retention ?? options.defaultRetention
        retained.insert(record, by: TimeKey(time: finishedAt + retention, sequence: record.sequence))
        guard let maximum = options.maximumFinished else { return }
        finished.insert(record, by: TimeKey(time: finishedAt, sequence: record.sequence))
        while finished.count > maximum, let entry = finished.first { remove(entry.record) }
    }

    /// Undoes `keep`, before a finished job is changed or removed.
    private mutating func forget(_ record: MemoryRecord) {
        guard record.isKept else { return }
        record.isKept = false
        record.ticket += 1
        retained.forgetOne()
        if options.maximumFinished != nil { finished.forgetOne() }
    }

    mutating func prune(limit: Int, at now: Timestamp) -> Int {
        var removed = 0
        while removed < limit, let entry = retained.first, entry.key.time <= now {
            remove(entry.record)
            removed += 1
        }
        return removed
    }

    mutating func remove(_ record: MemoryRecord) {
        forget(record)
        record.queue.count(record, as: nil)
        deadlines.update(record, to: nil)
        if record.holdsKey, let key = record.job.spec.unique?.key { releaseKey(key, of: record) }
        records[record.job.id] = nil
        listing.noteRemoval(keeping: records)
    }

    // MARK: Logs

    mutating func append(_ chunk: LogChunk) {
        guard let record = records[chunk.job], record.job.lease.map(LeaseKey.init) == chunk.key else { return }
        if record.log.append(chunk, limit: options.logLimit) { outbox.touched.append(chunk.job) }
    }
}

extension Job {
    /// The worker that has been asked to stop the job, while it runs.
    fileprivate var stoppingWorker: String? {
        guard case .running(let lease, cancelRequested: true) = state else { return nil }
        return lease.worker
    }
}

/// What happened to one job in one go: mostly one transition or two, which need no list of their own.
private struct TransitionRun {
    private(set) var last: Transition?
    private var earlier: Transition?
    private var earliest: [Transition] = []

    mutating func add(_ transition: Transition) {
        if let earlier { earliest.append(earlier) }
        earlier = last
        last = transition
    }

    func forEach(_ body: (Transition) -> Void) {
        for transition in earliest { body(transition) }
        if let earlier { body(earlier) }
        if let last { body(last) }
    }
}
