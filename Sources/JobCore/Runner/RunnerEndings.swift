/// Why a runner ends by itself, as far as numbers and times decide it; pure, with uptimes.
struct RunnerEndings {
    /// Why the runner ends.
    enum Reason: Hashable {
        /// It has had nothing to do for long.
        case idle
        /// The store could not be reached for long.
        case lost
    }

    private let idleTimeout: Duration?
    private let lostTimeout: Duration?
    /// How many more jobs may be claimed; nil for any number.
    private(set) var jobsLeft: Int?
    private var idleSince: Duration?
    private var lostSince: Duration?

    init(_ configuration: JobRunner.Configuration) {
        idleTimeout = configuration.idleTimeout
        lostTimeout = configuration.lostTimeout
        jobsLeft = configuration.maxJobs
    }

    /// Whether no further job may be claimed.
    var isUsedUp: Bool { jobsLeft == 0 }

    /// So many jobs were claimed.
    mutating func claimed(_ count: Int) {
        guard count > 0 else { return }
        jobsLeft = jobsLeft.map { max(0, $0 - count) }
        idleSince = nil
    }

    /// The store has answered.
    mutating func answered() {
        lostSince = nil
    }

    /// The store has not.
    mutating func failed(at now: Duration) {
        if lostSince == nil { lostSince = now }
    }

    /// Whether the runner shall end, when it holds some jobs or none.
    ///
    /// Only a runner that hears from its store is idle: one that does not cannot know.
    mutating func reason(holdsJobs: Bool, at now: Duration) -> Reason? {
        if let lostTimeout, let lostSince, lostSince + lostTimeout <= now { return .lost }
        guard !holdsJobs, lostSince == nil else {
            idleSince = nil
            return nil
        }
        let since = idleSince ?? now
        idleSince = since
        guard let idleTimeout, since + idleTimeout <= now else { return nil }
        return .idle
    }

    /// When the answer of ``reason(holdsJobs:at:)`` changes if nothing happens; nil for never.
    var nextTimer: Duration? {
        let ends = [
            lostTimeout.flatMap { timeout in lostSince.map { $0 + timeout } },
            idleTimeout.flatMap { timeout in idleSince.map { $0 + timeout } },
        ]
        return ends.compactMap { $0 }.min()
    }
}
