public import JobCore

extension SQLiteQueue {
    static let earliestLease = Query("SELECT min(lease_until_us) FROM jobs WHERE queue = ? AND phase = 1")
    static let cancelled = Query("SELECT id FROM jobs WHERE worker = ? AND cancel_requested = 1")

    /// A stream of hints, also of what other processes commit; see `QueueSignals.signals(for:)`.
    public func signals(for interest: SignalInterest) -> AsyncStream<Void> {
        let stream = hub.signals(for: interest)
        watchOtherProcesses()
        return stream
    }

    /// When there will be something to claim; see `QueueSignals.nextDue(in:)`.
    public func nextDue(in queues: [String]) async throws -> Timestamp? {
        let reading = clock.read()
        return try await read("nextDue") { session in
            var earliest: Timestamp?
            let settings = try session.settings()
            for queue in queues {
                if let limits = settings[queue], try session.room(in: queue, limits, at: reading.leases) == 0 {
                    guard !limits.isPaused, let limit = limits.concurrency else { continue }
                    // A job in the way leaves when its lease runs out, if not before; all else is told by a signal.
                    let lease = try session.leases(in: queue, atMost: limit, at: reading.leases).first.map(reading.end)
                    earliest = [earliest, lease].compactMap(\.self).min()
                    continue
                }
                let lease = try session.first(Self.earliestLease) {
                    $0.bind(queue)
                } read: {
                    $0.optionalTime(0)
                }
                for due in [try session.earliestDue(in: queue), lease?.map(reading.end)] {
                    guard let due else { continue }
                    earliest = min(earliest ?? due, due)
                }
            }
            return earliest
        }
    }

    /// The jobs that a worker should stop; see `QueueSignals.cancelRequests(for:)`.
    public func cancelRequests(for worker: String) async throws -> [JobID] {
        try await read("cancelRequests") { session in
            try session.all(Self.cancelled) {
                $0.bind(worker)
            } read: {
                $0.jobID(0)
            }.compactMap(\.self)
        }
    }
}

extension Session {
    /// When the first claimable job of a named queue becomes due: one look for each priority in use.
    func earliestDue(in queue: String) throws -> Timestamp? {
        var earliest: Timestamp?
        var priority: Int64? = .min
        while let start = priority {
            priority = nil
            try forEach(Self.readyFrom) { row in
                row.bind(queue)
                row.bind(start)
            } visit: { row in
                earliest = min(earliest ?? row.time(2), row.time(2))
                priority = row.int64(1) + 1
                return false
            }
        }
        return earliest
    }
}
