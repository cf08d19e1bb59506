internal import JobCore

/// A queue as the contract words it: one array in the order of submission, and a search through all of it each time.
///
/// Written to be obviously right. What happens to a job is `Job.applying(_:at:)`, which has tests of its own; this adds
/// which job a claim takes, what a lane and a unique key keep back, and what is deleted.
struct ReferenceQueue {
    struct Entry {
        var job: Job
        /// Whether it is the one job of its lane that may be claimed.
        var isFront = false
    }

    /// In the order of submission.
    private(set) var entries: [Entry] = []
    /// Every lease that was given, oldest first.
    private(set) var leases: [(job: JobID, key: LeaseKey)] = []
    /// The settings of the named queues that have some.
    var settings: [String: NamedQueueSettings] = [:]

    func job(_ id: JobID) -> Job? { entries.first { $0.job.id == id }?.job }

    mutating func enqueue(_ new: NewJob, at now: Timestamp) -> Job {
        if let known = job(new.id) { return known }
        if let unique = new.spec.unique {
            let holder = entries.first { entry in
                guard let held = entry.job.spec.unique, held.key == unique.key else { return false }
                return held.phases.contains(entry.job.phase)
            }
            if let holder { return holder.job }
        }
        let job = Job(submitting: new, at: now)
        entries.append(Entry(job: job))
        arrange(lane: job.spec.lane)
        return job
    }

    mutating func apply(_ event: JobEvent, at now: Timestamp) -> Result<Job, TransitionRefused> {
        guard let index = entries.firstIndex(where: { $0.job.id == event.job }) else { return .failure(.unknownJob) }
        do throws(TransitionRefused) {
            let job = try entries[index].job.applying(event.change, at: now).job
            entries[index].job = job
            arrange(lane: job.spec.lane)
            return .success(job)
        } catch {
            return .failure(error)
        }
    }

    mutating func claim(_ request: ClaimRequest, at now: Timestamp) -> [Job] {
        let change = JobEvent.Change.claim(worker: request.worker, lease: request.lease)
        // First, whatever is past its deadline, in whatever named queue and lane.
        for entry in entries {
            guard case .waiting = entry.job.state, let deadline = entry.job.deadlineAt, deadline <= now else {
                continue
            }
            _ = apply(JobEvent(change, of: entry.job.id), at: now)
        }
        var free = Dictionary(
            uniqueKeysWithValues: request.slots.map { ($0.queue, min($0.limit, room(in: $0.queue, at: now))) })
        var claimed: [Job] = []
        while claimed.count < request.limit, let next = next(of: free, at: now) {
            guard case .success(let job) = apply(JobEvent(change, of: next), at: now) else { break }
            guard let lease = job.lease else { continue }
            claimed.append(job)
            leases.append((job.id, LeaseKey(lease)))
            free[job.spec.queue, default: 0] -= 1
        }
        return claimed
    }

    /// How many more jobs of a named queue may run.
    private func room(in queue: String, at now: Timestamp) -> Int {
        guard let settings = settings[queue] else { return .max }
        if settings.isPaused { return 0 }
        guard let limit = settings.concurrency else { return .max }
        return max(0, limit - entries.count { $0.job.spec.queue == queue && $0.job.lease?.expiresAt ?? .epoch > now })
    }

    /// The job that a claim takes next: by priority, then by the time it became due, then by submission.
    private func next(of free: [String: Int], at now: Timestamp) -> JobID? {
        var best: (priority: Int, due: Timestamp, id: JobID)?
        for entry in entries where (free[entry.job.spec.queue] ?? 0) > 0 {
            guard let due = Self.due(entry), due <= now else { continue }
            let priority = entry.job.spec.priority
            if let best, (best.priority, best.due.microseconds) <= (priority, due.microseconds) { continue }
            best = (priority, due, entry.job.id)
        }
        return best?.id
    }

    /// When a job may be claimed; nil when it is finished or its lane keeps it back.
    private static func due(_ entry: Entry) -> Timestamp? {
        switch entry.job.state {
        case .waiting(let until, _): entry.job.spec.lane == nil || entry.isFront ? until : nil
        case .running(let lease, _): lease.expiresAt
        case .finished: nil
        }
    }

    /// A lane's front stays until it has finished; then comes the unfinished job that was submitted first.
    private mutating func arrange(lane: String?) {
        guard let lane else { return }
        for index in entries.indices where entries[index].job.isFinished { entries[index].isFront = false }
        let members = entries.indices.filter { entries[$0].job.spec.lane == lane && !entries[$0].job.isFinished }
        guard !members.contains(where: { entries[$0].isFront }), let first = members.first else { return }
        entries[first].isFront = true
    }

    // MARK: What others may read

    func counts(at now: Timestamp) -> QueueCounts {
        var counts = QueueCounts()
        for entry in entries {
            counts.byQueue[entry.job.spec.queue, default: [:]][entry.job.status(at: now), default: 0] += 1
        }
        return counts
    }

    func cancelRequests(for worker: String) -> Set<JobID> {
        Set(entries.filter { $0.job.lease?.worker == worker && $0.job.status(at: .epoch) == .cancelling }.map(\.job.id))
    }

    /// When there will be something to claim, in all ways that a store may tell: a job that its lane keeps back may
    /// count while its time lies ahead, and never after that.
    func nextDue(in queues: [String], at now: Timestamp) -> [Timestamp?] {
        let entries = entries.filter {
            queues.contains($0.job.spec.queue) && settings[$0.job.spec.queue]?.isPaused != true
        }
        let kept: [Timestamp] = entries.compactMap {
            guard case .waiting(let until, _) = $0.job.state, until > now else { return nil }
            return until
        }
        // Of a full queue only a lease that runs out makes room.
        let claimable = entries.filter { entry in
            room(in: entry.job.spec.queue, at: now) > 0 || entry.job.lease?.expiresAt ?? .epoch > now
        }.compactMap(Self.due).min()
        return [claimable] + kept.filter { $0 < claimable ?? .distantFuture }
    }

    /// Whether a finished job need not be kept.
    func isPrunable(_ job: Job, at now: Timestamp) -> Bool {
        guard let finished = job.finishedAt else { return false }
        return finished + (job.spec.retention ?? .seconds(30 * 86_400)) <= now
    }

    /// Deletes a finished job; why not, when it is refused.
    mutating func delete(_ id: JobID, at now: Timestamp) -> TransitionRefused? {
        guard let job = job(id) else { return .unknownJob }
        guard job.isFinished else { return .stillAlive(job.status(at: now)) }
        remove(id)
        return nil
    }

    mutating func remove(_ id: JobID) {
        entries.removeAll { $0.job.id == id }
    }
}
