internal import JobCore

extension StoreTransaction {
    /// Applies events in order, each as one step of the lifecycle; see `JobQueue.apply(_:)`.
    ///
    /// A job is read once and written once, however many of the events are about it.
    func apply(_ events: [JobEvent]) throws -> [Result<Job, TransitionRefused>] {
        var results: [Result<Job, TransitionRefused>] = []
        results.reserveCapacity(events.count)
        var edits: [Edit] = []
        edits.reserveCapacity(events.count)
        var places: [JobID: Int] = [:]
        places.reserveCapacity(events.count)
        for event in events {
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
            do throws(TransitionRefused) {
                let transition = try edits[place].job.applying(event.change, at: now)
                edits[place].job = transition.job
                if !transition.effects.isEmpty { news.transitions.append(transition) }
                results.append(.success(transition.job))
            } catch {
                results.append(.failure(error))
            }
        }
        try save(edits)
        return results
    }

    /// The job as it is in this transaction; nil when there is none.
    func load(_ id: JobID) throws -> StoredJob? {
        try cache[id] ?? session.job(id)
    }

    /// Writes jobs that changed, then brings the next jobs of their lanes to the front.
    func save(_ edits: [Edit]) throws {
        var lanes: [String] = []
        for edit in edits where edit.isChanged {
            try save(edit)
            guard let lane = edit.job.spec.lane, edit.job.isFinished, !edit.original.isBlocked else { continue }
            lanes.append(lane)
        }
        // After all jobs are written: a retry by hand in the same call may have taken the place.
        for lane in lanes { try advance(lane) }
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
