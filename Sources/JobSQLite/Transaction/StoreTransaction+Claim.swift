internal import JobCore

extension StoreTransaction {
    static let expiredLeases = Query(
        """
        SELECT seq, priority, lease_until_us FROM jobs
        WHERE queue = ? AND phase = 1 AND lease_until_us <= ?
        ORDER BY lease_until_us LIMIT ?
        """)
    static let pastDeadline = Query(
        "SELECT seq FROM jobs WHERE deadline_us IS NOT NULL AND deadline_us <= ? ORDER BY deadline_us LIMIT ?")

    /// How many jobs one claim finishes because of their deadlines; the next one goes on.
    private static let deadlinesPerClaim = 200
    /// How many expired leases of a named queue are looked at for the most urgent ones.
    private static let leasesPerClaim = 500
    /// How many jobs one claim finishes on the way because their attempts are used up; the next one goes on.
    private static let lossesPerClaim = 200
    /// How many candidates are read together once one did not run.
    private static let readAfterLoss = 4

    /// Leases jobs to a worker; see `JobQueue.claim(_:)`.
    func claim(_ request: ClaimRequest) throws -> [Claim] {
        let change = JobEvent.Change.claim(worker: request.worker, lease: request.lease)
        try failPastDeadline(change)
        var claims: [Claim] = []
        var free = Dictionary(request.slots.map { ($0.queue, $0.limit) }, uniquingKeysWith: max)
        try bound(&free)
        for round in 0..<Self.lossesPerClaim {
            let wanted = request.limit - claims.count
            guard wanted > 0 else { break }
            var isComplete = true
            // Where one did not run, the next ones may not either, and what is read behind such a one is read again.
            let atOnce = round == 0 ? BulkQuery.mostRows : Self.readAfterLoss
            for job in try take(try candidates(free, limit: wanted).prefix(wanted), change, atOnce: atOnce) {
                guard let job, let claim = Claim(job) else {
                    // What comes in its place, such as the next of its lane, may come before the other candidates.
                    isComplete = false
                    break
                }
                claims.append(claim)
                free[job.queue, default: 0] -= 1
            }
            if isComplete { break }
        }
        return claims
    }

    /// Claims jobs up to the first that does not run afterwards.
    ///
    /// - Parameter atOnce: how many are read together.
    /// - Returns: the jobs; nil stands for one that the rules refuse.
    private func take(
        _ candidates: ArraySlice<Candidate>, _ change: JobEvent.Change, atOnce: Int
    ) throws -> [Job?] {
        var jobs: [Job?] = []
        jobs.reserveCapacity(candidates.count)
        var edits: [Edit] = []
        edits.reserveCapacity(candidates.count)
        var followUps: [NewJob] = []
        var rest = candidates
        reading: while !rest.isEmpty {
            let part = rest.prefix(atOnce)
            rest = rest.dropFirst(atOnce)
            for stored in try session.undecodedJobs(part.map(\.seq)) {
                let transition: Transition
                do throws(TransitionRefused) {
                    transition = try stored.job.applying(change, at: now)
                } catch {
                    jobs.append(nil)
                    break reading
                }
                try note(transition)
                edits.append(Edit(original: stored, job: transition.job))
                followUps.append(contentsOf: transition.followUps)
                jobs.append(transition.job)
                if transition.job.lease == nil { break reading }
            }
        }
        try save(edits)
        try enqueueFollowUps(followUps)
        return jobs
    }

    private func failPastDeadline(_ change: JobEvent.Change) throws {
        let late = try session.all(Self.pastDeadline) { row in
            row.bind(now)
            row.bind(Self.deadlinesPerClaim)
        } read: {
            $0.int64(0)
        }
        for seq in late { _ = try take([Candidate(priority: 0, due: now, seq: seq)], change, atOnce: 1) }
    }

    /// What may be claimed of some named queues, first things first; at most `limit` of each queue.
    private func candidates(_ free: [String: Int], limit: Int) throws -> [Candidate] {
        var found: [Candidate] = []
        for (queue, slots) in free {
            let wanted = min(slots, limit)
            guard wanted > 0 else { continue }
            var ofQueue = try session.ready(in: queue, at: now, limit: wanted)
            try session.forEach(Self.expiredLeases) { row in
                row.bind(queue)
                row.bind(leaseTime)
                row.bind(max(wanted, Self.leasesPerClaim))
            } visit: { row in
                ofQueue.append(Candidate(priority: row.int64(1), due: row.time(2), seq: row.int64(0)))
                return true
            }
            ofQueue.sort()
            found.append(contentsOf: ofQueue.prefix(wanted))
        }
        return found.sorted()
    }
}

/// A row that may be claimed, with what its place in the order depends on.
struct Candidate: Comparable {
    let priority: Int64
    let due: Timestamp
    let seq: Int64

    static func < (left: Candidate, right: Candidate) -> Bool {
        (left.priority, left.due.microseconds, left.seq) < (right.priority, right.due.microseconds, right.seq)
    }
}

extension Session {
    static let readyFrom = Query(
        """
        SELECT seq, priority, due_us FROM jobs
        WHERE queue = ? AND phase = 0 AND blocked = 0 AND priority >= ?
        ORDER BY priority, due_us, seq
        """)

    /// The due jobs of a named queue in order.
    ///
    /// The index is ordered by priority, then due time. At the first job of a priority that is not due, the search
    /// jumps to the next priority, so that any number of jobs for later costs one look.
    func ready(in queue: String, at now: Timestamp, limit: Int) throws -> [Candidate] {
        var found: [Candidate] = []
        var priority: Int64? = .min
        while let start = priority, found.count < limit {
            priority = nil
            try forEach(Self.readyFrom) { row in
                row.bind(queue)
                row.bind(start)
            } visit: { row in
                let candidate = Candidate(priority: row.int64(1), due: row.time(2), seq: row.int64(0))
                guard candidate.due <= now else {
                    priority = candidate.priority + 1
                    return false
                }
                found.append(candidate)
                return found.count < limit
            }
        }
        return found
    }
}
