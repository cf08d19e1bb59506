import JobCore

/// A queue of one's own: an actor with an array, in the order in which the jobs were submitted.
///
/// It decides nothing: every change is what `Job.applying(_:at:)` returns. What a queue adds is choosing candidates,
/// and keeping each call in one piece; the actor does that here, a transaction does it in a database. It keeps
/// JobKit's whole contract of `JobQueue`, which its tests show.
public actor ArrayQueue: JobQueue {
    private var jobs: [Job] = []
    private var places: [JobID: Int] = [:]
    /// The one job of each lane that may be claimed; the others wait behind it.
    private var firstOfLane: [String: JobID] = [:]
    private let time: TimeSource

    /// Makes an empty queue; all its times come from `time`.
    public init(time: TimeSource = .system) {
        self.time = time
    }

    // MARK: Storing

    /// Stores jobs: all or, when it throws, none.
    public func enqueue(_ new: [NewJob]) throws -> [Job] {
        // All or none: everything is checked before anything is stored.
        try new.validate()
        return new.map { store($0, at: time.now) }
    }

    private func store(_ new: NewJob, at now: Timestamp) -> Job {
        if let place = places[new.id] { return jobs[place] }
        if let key = new.spec.unique?.key, let holder = jobs.first(where: { $0.holds(key) }) { return holder }
        let job = Job(submitting: new, at: now)
        places[job.id] = jobs.count
        jobs.append(job)
        keepLane(of: job)
        for follower in job.followUps { _ = store(follower, at: now) }
        return job
    }

    /// The job as it is now.
    public func job(_ id: JobID) -> Job? {
        places[id].map { jobs[$0] }
    }

    // MARK: Changing

    /// Applies events in order.
    public func apply(_ events: [JobEvent]) -> [Result<Job, TransitionRefused>] {
        let now = time.now
        return events.map { apply($0, at: now) }
    }

    private func apply(_ event: JobEvent, at now: Timestamp) -> Result<Job, TransitionRefused> {
        guard let place = places[event.job] else { return .failure(.unknownJob) }
        do throws(TransitionRefused) {
            let transition = try jobs[place].applying(event.change, at: now)
            jobs[place] = transition.job
            keepLane(of: transition.job)
            // Who is to hear of the outcome stands in the queue together with it.
            for follower in transition.followUps { _ = store(follower, at: now) }
            return .success(transition.job)
        } catch {
            return .failure(error)
        }
    }

    /// Lets the next job of a lane come forward when its first has finished.
    private func keepLane(of job: Job) {
        guard let lane = job.spec.lane else { return }
        if !job.isFinished {
            firstOfLane[lane] = firstOfLane[lane] ?? job.id
        } else if firstOfLane[lane] == job.id {
            firstOfLane[lane] = jobs.first { $0.spec.lane == lane && !$0.isFinished }?.id
        }
    }

    // MARK: Claiming

    /// Leases what is due to a worker.
    public func claim(_ request: ClaimRequest) -> [Claim] {
        let now = time.now
        var free = Dictionary(request.slots.map { ($0.queue, $0.limit) }, uniquingKeysWith: max)
        var claims: [Claim] = []
        // A job past its deadline ends, wherever it waits: in another named queue, or behind others of its lane.
        for late in jobs where late.deadlineAt.map({ $0 <= now }) ?? false {
            _ = apply(JobEvent(.claim(worker: request.worker, lease: request.lease), of: late.id), at: now)
        }
        // A job that ends on the way may let the next one of its lane come forward, so look again each time.
        while claims.count < request.limit, let id = nextCandidate(in: free, at: now) {
            let event = JobEvent(.claim(worker: request.worker, lease: request.lease), of: id)
            guard case .success(let job) = apply(event, at: now), let claim = Claim(job) else { continue }
            claims.append(claim)
            free[job.spec.queue, default: 0] -= 1
        }
        return claims
    }

    /// The best job that is due, or whose lease is over.
    private func nextCandidate(in free: [String: Int], at now: Timestamp) -> JobID? {
        var best: (job: Job, due: Timestamp)?
        for job in jobs {
            guard let due = job.claimableFrom, due <= now, free[job.spec.queue, default: 0] > 0 else { continue }
            if let lane = job.spec.lane, firstOfLane[lane] != job.id { continue }
            // Of equals the first stays, which was submitted first.
            if let best, (best.job.spec.priority, best.due) <= (job.spec.priority, due) { continue }
            best = (job, due)
        }
        return best?.job.id
    }
}

extension Job {
    /// Whether the job keeps others with the same unique key out.
    fileprivate func holds(_ key: String) -> Bool {
        guard let unique = spec.unique else { return false }
        return unique.key == key && unique.phases.contains(phase)
    }

    /// When a claim of the job does something; nil for never.
    fileprivate var claimableFrom: Timestamp? {
        switch state {
        case .waiting(let until, _): until
        case .running(let lease, _): lease.expiresAt
        case .finished: nil
        }
    }
}
