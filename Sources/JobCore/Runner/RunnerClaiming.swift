/// A runner's way to new jobs, without any I/O: when it claims, when it lets a claim wait in the store, and when it
/// leaves the store alone.
///
/// It does one of these at a time, so that no slot is filled twice. All times are uptimes.
struct RunnerClaiming {
    typealias Action = JobRunner.StateMachine.Action

    private enum State {
        case resting, claiming, waiting
        /// The wait was told to end.
        case ending
    }

    private let hasWaits: Bool
    private let pollInterval: Duration
    private let shortestPoll: Duration

    private var state = State.resting
    /// Whether there may be something to claim.
    private(set) var isWanted = true
    private var mayWait: Bool
    private var notBefore = Duration.zero
    private var pollAt: Duration?
    private var failures = 0

    /// Makes a way to a store in which claims can wait, or not.
    init(_ configuration: JobRunner.Configuration, hasWaits: Bool) {
        self.hasWaits = hasWaits
        mayWait = hasWaits
        pollInterval = configuration.pollInterval
        shortestPoll = configuration.shortestPoll
    }

    // MARK: Decisions

    /// Whether a claim or a wait is on its way, which may bring jobs.
    var isUnderWay: Bool { state != .resting }

    /// Whether something is to be done, given that slots are free.
    func isDue(at now: Duration) -> Bool {
        guard notBefore <= now else { return false }
        switch state {
        case .resting: return mayWait || isWanted(at: now)
        case .waiting: return isWanted(at: now)
        case .claiming, .ending: return false
        }
    }

    /// Does what is due: claims what may be there, else waits for what comes; a wait ends before a claim.
    mutating func next(_ request: ClaimRequest, at now: Duration) -> Action? {
        guard isDue(at: now) else { return nil }
        guard isWanted(at: now) else {
            state = .waiting
            return .wait(request)
        }
        if let end = endWait() { return end }
        state = .claiming
        isWanted = false
        pollAt = nil
        return .claim(request)
    }

    /// Ends the wait that there may be.
    mutating func endWait() -> Action? {
        guard state == .waiting else { return nil }
        state = .ending
        return .endWait
    }

    /// When something will be due, given that slots are free; nil while that depends on others.
    var nextTimer: Duration? {
        switch state {
        case .claiming, .ending: nil
        case .resting, .waiting: isWanted ? notBefore : pollAt.map { max($0, notBefore) }
        }
    }

    private func isWanted(at now: Duration) -> Bool { isWanted || pollAt.map { $0 <= now } ?? false }

    // MARK: Events

    /// There may be something to claim.
    mutating func want() {
        isWanted = true
    }

    /// The store hinted at a change.
    mutating func signalled() {
        isWanted = true
        mayWait = hasWaits
    }

    /// All is known of a claim; the next one may follow.
    mutating func answered(isFull: Bool, nextDue: Duration?, at now: Duration) {
        state = .resting
        failures = 0
        if isFull {
            isWanted = true
        } else {
            pollAt = now + min(pollInterval, max(shortestPoll, nextDue ?? pollInterval))
        }
    }

    /// A wait has ended with so many jobs.
    mutating func waitEnded(jobs: Int) {
        if jobs == 0, state == .waiting {
            // By itself for nothing, which it may do; it is not tried again before something happens.
            isWanted = true
            mayWait = false
        }
        state = .resting
    }

    /// A claim or a wait failed; the next claim comes later, more so each time.
    mutating func failed(at now: Duration, unit: Double) {
        state = .resting
        isWanted = true
        failures += 1
        notBefore = now + JobRunner.StateMachine.backoff(failures, unit: unit)
    }
}
