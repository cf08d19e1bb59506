internal import JobCore

extension StoreTransaction {
    private static let putSettings = Query(
        """
        INSERT INTO job_queue_settings (queue, is_paused, concurrency) VALUES (?, ?, ?)
        ON CONFLICT (queue) DO UPDATE SET is_paused = excluded.is_paused, concurrency = excluded.concurrency
        """)
    private static let dropSettings = Query("DELETE FROM job_queue_settings WHERE queue = ?")

    /// The settings of named queues; mostly there are none, and then they cost a look into the memory.
    func settings() throws -> [String: NamedQueueSettings] {
        if let known = cache.settings { return known }
        let read = try session.settings()
        cache.settings = read
        return read
    }

    /// Sets the settings of a named queue; see `QueueControl.setQueueSettings(_:for:)`.
    func set(_ new: NamedQueueSettings, for queue: String) throws {
        let known = try settings()
        if new.isStandard {
            try session.execute(Self.dropSettings) { $0.bind(queue) }
        } else {
            guard known[queue] != nil || known.count < NamedQueueSettings.mostQueues else {
                throw QueueError.tooManySettings
            }
            try session.execute(Self.putSettings) { row in
                row.bind(queue)
                row.bind(new.isPaused)
                row.bind(new.concurrency.map(Int64.init))
            }
        }
        cache.settings?[queue] = new.isStandard ? nil : new
        news.freed.insert(queue)
    }

    /// Takes from what a claim asks for what the settings do not give.
    func bound(_ free: inout [String: Int]) throws {
        let settings = try settings()
        if settings.isEmpty { return }
        for (queue, wanted) in free {
            guard let found = settings[queue] else { continue }
            free[queue] = min(wanted, try session.room(in: queue, found, at: leaseTime) ?? wanted)
        }
    }

    /// Notes what happened, for those who want to hear of it.
    func note(_ transition: Transition) throws {
        news.transitions.append(transition)
        let settings = try settings()
        if settings.isEmpty { return }
        // A job has left a queue whose number of running jobs is limited.
        guard settings[transition.job.queue]?.concurrency != nil else { return }
        let isEnd = transition.effects.contains { if case .attemptEnded = $0 { true } else { false } }
        if isEnd { news.freed.insert(transition.job.queue) }
    }
}

extension Session {
    private static let allSettings = Query("SELECT queue, is_paused, concurrency FROM job_queue_settings")
    static let lastingLeases = Query(
        """
        SELECT lease_until_us FROM jobs
        WHERE queue = ? AND phase = 1 AND lease_until_us > ?
        ORDER BY lease_until_us LIMIT ?
        """)

    func settings() throws -> [String: NamedQueueSettings] {
        var settings: [String: NamedQueueSettings] = [:]
        try forEach(Self.allSettings) { _ in
        } visit: { row in
            settings[row.text(0)] = NamedQueueSettings(isPaused: row.bool(1), concurrency: row.optionalInt(2))
            return true
        }
        return settings
    }

    /// How many more jobs of a named queue may run now; nil for any number.
    func room(in queue: String, _ settings: NamedQueueSettings, at now: Timestamp) throws -> Int? {
        if settings.isPaused { return 0 }
        guard let limit = settings.concurrency else { return nil }
        return max(0, limit - (try leases(in: queue, atMost: limit, at: now).count))
    }

    /// How many leases of a named queue last, counted up to a limit, and when the first of them runs out.
    func leases(in queue: String, atMost limit: Int, at now: Timestamp) throws -> (count: Int, first: Timestamp?) {
        var found: (count: Int, first: Timestamp?) = (0, nil)
        try forEach(Self.lastingLeases) { row in
            row.bind(queue)
            row.bind(now)
            row.bind(limit)
        } visit: { row in
            found = (found.count + 1, found.first ?? row.time(0))
            return true
        }
        return found
    }
}
