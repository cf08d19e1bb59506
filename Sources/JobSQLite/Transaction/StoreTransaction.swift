internal import GRDB
internal import JobCore

/// One write transaction: what the calls of a batch share.
///
/// Its extensions hold the work, one topic a file.
///
/// Confined to the connection's dispatch queue and to the time between `BEGIN` and `COMMIT`.
final class StoreTransaction {
    /// The connection, for what does not look at jobs that have just been stored; all else goes by ``session``.
    let written: Session
    /// New jobs that have no row yet.
    var pending = PendingRows()
    /// The time of everything in this transaction, asked for once.
    let now: Timestamp
    /// The time up to which leases are over; before `now` when the clock was set forward lately.
    let leaseTime: Timestamp
    /// The uptime before the clock was looked at.
    let uptime: Duration
    let limits: StoreLimits
    let cache: JobCache
    /// Whether jobs with fresh ids are stored without looking for them first; one that is known after all makes
    /// ``writePending()`` fail, and the calls then run again without this.
    let trustsFreshIDs: Bool
    /// What the current call did.
    var news = StoreNews()

    private struct CountKey: Hashable {
        let queue: String
        let phase: Int64
    }
    private var counts: [CountKey: Int] = [:]
    /// What changed, for the feed.
    var changed: [JobID] = []

    init(
        _ session: Session, at time: LeaseClock.Reading, uptime: Duration, limits: StoreLimits, cache: JobCache,
        trustsFreshIDs: Bool = false
    ) {
        written = session
        now = time.now
        leaseTime = time.leases
        self.uptime = uptime
        self.limits = limits
        self.cache = cache
        self.trustsFreshIDs = trustsFreshIDs
    }

    /// The connection, with everything written that the transaction has done.
    var session: Session {
        get throws {
            if !pending.isEmpty { try writePending() }
            return written
        }
    }

    /// Hands out what the current call did and starts anew for the next one.
    func takeNews() -> StoreNews {
        defer { news = StoreNews() }
        return news
    }

    // MARK: Counts

    /// Notes that a named queue has one job more or fewer in a phase; written once, by ``finish()``.
    func count(_ change: Int, _ queue: String, _ phase: UniqueKey.Phase) {
        counts[CountKey(queue: queue, phase: phase.code), default: 0] += change
    }

    private static let addToCount = Query(
        """
        INSERT INTO job_counts (queue, phase, n) VALUES (?1, ?2, max(?3, 0))
        ON CONFLICT (queue, phase) DO UPDATE SET n = n + ?3
        """)

    /// Writes what the calls have gathered together; the last thing before the commit.
    func finish() throws {
        try writeCounts()
        try writeChanges()
    }

    private func writeCounts() throws {
        for (key, change) in counts where change != 0 {
            try session.execute(Self.addToCount) { row in
                row.bind(key.queue)
                row.bind(key.phase)
                row.bind(change)
            }
        }
        counts = [:]
    }
}

/// The numbers of the options that transactions need.
struct StoreLimits: Sendable {
    var defaultRetention: Duration
    var logBytes: Int64
    var outputBytes: Int
    var artifacts: ArtifactLimits
}

/// A row is not as this connection remembered it.
///
/// The batch runs again with an empty cache.
struct StaleRow: Error {}

/// New jobs of some calls could not be written; whose fault it was shows when each call runs by itself.
struct PendingRowsFailure: Error {
    let cause: any Error
}
