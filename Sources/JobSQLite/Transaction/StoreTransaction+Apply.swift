internal import JobCore

extension StoreTransaction {
    /// Applies events in order, each as one step of the lifecycle; see `JobQueue.apply(_:)`.
    ///
    /// A job is read once and written once, however many of the events are about it, unless it is brought back.
    func apply(_ events: [JobEvent]) throws -> [Result<Job, TransitionRefused>] {
        var results: [Result<Job, TransitionRefused>] = []
        results.reserveCapacity(events.count)
        var edits: [Edit] = []
        edits.reserveCapacity(events.count)
        var followUps: [NewJob] = []
        var places: [JobID: Int] = [:]
        places.reserveCapacity(events.count)
        for event in events {
            if event.change == .retry {
                // A job that comes back goes behind whoever took its place in the lane, so what was done before it in
                // this call must be written, also where that finished the same job.
                try save(edits)
                edits.removeAll()
                places.removeAll()
            }
            let place: Int
            if let last = edits.last, last.job.id == event.job {
                place = edits.count - 1
            } else if let known = places[event.job] {
                place = known
            } else if let stored = try load(event.job) {
                place = edits.count
                edits.append(Edit(original: stored, job: stored.job))
                places[event.job] = place
            } else {
                results.append(.failure(.unknownJob))
                continue
            }
            switch applying(event.change, to: edits[place].job) {
            case .success(let transition):
                edits[place].job = transition.job
                if !transition.effects.isEmpty {
                    try note(transition)
                    followUps.append(contentsOf: transition.followUps)
                }
                results.append(.success(transition.job))
            case .failure(let refusal): results.append(.failure(refusal))
            }
        }
        try save(edits)
        try enqueueFollowUps(followUps)
        return results
    }

    private func applying(_ change: JobEvent.Change, to job: Job) -> Result<Transition, TransitionRefused> {
        Result { () throws(TransitionRefused) in try job.applying(change, at: now) }
    }

    /// The job as it is in this transaction; nil when there is none.
    func load(_ id: JobID) throws -> StoredJob? {
        try cache[id] ?? session.job(id)
    }

    /// Writes jobs that changed, then brings the next jobs of their lanes to the front.
    func save(_ edits: [Edit]) throws {
        let changed = edits.allSatisfy(\.isChanged) ? edits : edits.filter(\.isChanged)
        try saveRows(changed)
        // After all jobs are written: a retry by hand in the same call may have taken the place.
        for edit in changed {
            guard let lane = edit.job.lane, edit.job.isFinished, !edit.original.isBlocked else { continue }
            try advance(lane)
        }
    }
}

/// A job before and after the events of one call.
struct Edit {
    let original: StoredJob
    var job: Job

    /// Whether there is something to write.
    ///
    /// A heartbeat moves the lease without making a new version.
    var isChanged: Bool { job.version != original.job.version || job.state != original.job.state }
}
