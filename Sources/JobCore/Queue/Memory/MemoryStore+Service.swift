extension MemoryStore {
    // MARK: Deleting

    mutating func delete(_ id: JobID, at now: Timestamp) -> Result<Void, TransitionRefused> {
        guard let record = records[id] else { return .failure(.unknownJob) }
        guard record.job.isFinished else { return .failure(.stillAlive(record.job.status(at: now))) }
        remove(record)
        feed.note(id)
        outbox.touched.append(id)
        return .success(())
    }

    // MARK: Settings of named queues

    /// Sets a queue's settings; false when too many have some.
    mutating func set(_ settings: NamedQueueSettings, for name: String) -> Bool {
        if settings.isStandard {
            self.settings[name] = nil
        } else {
            guard self.settings[name] != nil || self.settings.count < NamedQueueSettings.mostQueues else {
                return false
            }
            self.settings[name] = settings
        }
        outbox.freed.insert(name)
        return true
    }

    /// How many more jobs of a named queue may run now; nil for any number.
    func room(in name: String, _ queue: MemoryNamedQueue) -> Int? {
        guard let settings = settings[name] else { return nil }
        if settings.isPaused { return 0 }
        return settings.concurrency.map { max(0, $0 - queue.leases) }
    }

    /// When something of a named queue can be claimed, as far as its settings let it; nil for never.
    ///
    /// Its due jobs have been moved to what is ready before.
    func nextDue(in name: String) -> Timestamp? {
        guard let queue = queues[name] else { return nil }
        if let room = room(in: name, queue), room == 0 {
            // A job in the way leaves when its lease runs out, if not before; all else is told by a signal.
            return settings[name]?.isPaused ?? false ? nil : queue.timed.first?.key.time
        }
        return queue.ready.first?.key.due ?? queue.timed.first?.key.time
    }

    // MARK: Workers

    func workerRecords(at now: Timestamp) -> [WorkerRecord] {
        var jobs: [String: [JobID]] = [:]
        for record in records.values {
            guard let lease = record.job.lease else { continue }
            jobs[lease.worker, default: []].append(record.job.id)
        }
        return workers.records(holding: jobs, at: now)
    }

    // MARK: Artifacts

    mutating func put(_ new: NewArtifact, sha256: [UInt8], at now: Timestamp) throws(ArtifactRefused) -> Artifact {
        try new.validate(options.artifactLimits)
        guard let record = records[new.job] else { throw .unknownJob }
        if let key = new.key, record.job.lease.map(LeaseKey.init) != key { throw .leaseLost }
        let artifact = try record.artifacts.put(new, sha256: sha256, limits: options.artifactLimits, at: now)
        outbox.touched.append(new.job)
        return artifact
    }
}
