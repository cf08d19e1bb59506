public import JobCore
internal import Synchronization

/// A clock that only moves when a test moves it.
///
/// Code under test gets ``source``. A test first waits until the code *is* asleep, then advances, so that no test
/// ever sleeps or guesses:
///
/// ```swift
/// let time = ManualTime()
/// async let done: Void = retry(time: time.source)
/// try await time.waitForSleepers()
/// time.advance(by: .seconds(30))
/// ```
public final class ManualTime: Sendable {
    private struct Sleeper: Sendable {
        let id: Int
        /// The uptime at which it wakes.
        let deadline: Duration
        let continuation: CheckedContinuation<Void, any Error>
        /// The executor call that sleeps, where a test bench watches.
        let call: WatchedCall?
        /// Whether it is a runner's own timer.
        let isRunner: Bool

        var place: WatchedCall.Place { deadline >= ManualTime.endless ? .endless : .clock }
    }

    private struct State: Sendable {
        var now: Timestamp
        var uptime = Duration.zero
        var nextID = 0
        /// In the order of deadlines; those with the same deadline in the order in which they fell asleep.
        var sleepers: [Sleeper] = []
        /// Sleeps that were cancelled before they began.
        var cancelled: Set<Int> = []

        /// What the wall clock will show when a sleeper wakes, unless somebody sets it.
        func wakeTime(of sleeper: Sleeper) -> Timestamp { now + (sleeper.deadline - uptime) }
    }

    private let state: Observed<State>

    /// An uptime that no test comes to.
    static let endless = Duration.seconds(1 << 40)

    /// Makes a clock that stands still.
    ///
    /// - Parameter now: where it starts; by default 2026-01-01T00:00:00Z.
    public init(now: Timestamp = Timestamp(seconds: 1_767_225_600)) {
        state = Observed(State(now: now))
    }

    /// The current time.
    public var now: Timestamp { state.value.now }

    /// What to inject into the code under test.
    public var source: TimeSource { source(clockOffset: .zero) }

    /// The clocks of a machine whose wall clock is wrong; sleeps and uptimes are not affected.
    ///
    /// - Parameter clockOffset: how much it is ahead; negative when it is late.
    public func source(clockOffset: Duration) -> TimeSource { source(clockOffset: clockOffset, isRunner: false) }

    /// The clocks for a runner, whose timers are told from the sleeps of what it runs.
    func source(clockOffset: Duration, isRunner: Bool) -> TimeSource {
        TimeSource(
            now: { self.now + clockOffset }, uptime: { self.state.value.uptime },
            sleep: { try await self.sleep(for: $0, isRunner: isRunner) })
    }

    /// The times at which all that sleep will wake, earliest first.
    public var sleepers: [Timestamp] {
        let state = state.value
        return state.sleepers.map { state.wakeTime(of: $0) }
    }

    /// When the earliest sleeper wakes, runners' own timers aside if so wished; nil when nobody sleeps.
    func nextWake(includingRunners: Bool) -> Timestamp? {
        let state = state.value
        let next = state.sleepers.first { ($0.place == .clock) && (includingRunners || !$0.isRunner) }
        return next.map { state.wakeTime(of: $0) }
    }

    /// Lets time pass, and wakes those whose time has come, earliest first.
    ///
    /// - Parameter duration: how much; nothing happens when it is not positive.
    public func advance(by duration: Duration) {
        wake { state in
            state.now = state.now + max(.zero, duration)
            state.uptime += max(.zero, duration)
        }
    }

    /// Lets time pass until the wall clock shows `time`; nothing happens when it does not lie ahead.
    public func advance(to time: Timestamp) {
        wake { state in
            let duration = max(.zero, time - state.now)
            state.now = state.now + duration
            state.uptime += duration
        }
    }

    /// Lets time pass until the earliest sleeper wakes.
    ///
    /// - Returns: the new time; nil when nobody sleeps, and then nothing changes.
    @discardableResult
    public func advanceToNextSleeper() -> Timestamp? {
        let woken = Observed(false)
        wake { state in
            guard let next = state.sleepers.first else { return }
            // By uptime, which knows parts of a microsecond that the wall clock does not show.
            state.now = state.wakeTime(of: next)
            state.uptime = next.deadline
            woken.update { $0 = true }
        }
        return woken.value ? now : nil
    }

    /// Sets the wall clock, forwards or back, while no time passes: nobody wakes, and uptime stays.
    public func setClock(to time: Timestamp) {
        state.update { $0.now = time }
    }

    /// Suspends until at least so many tasks sleep on this clock.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - deadline: count only those that sleep no longer than until then; nil counts all.
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func waitForSleepers(_ count: Int = 1, dueBy deadline: Timestamp? = nil) async throws {
        try await state.first { state in
            let sleeping = state.sleepers.count { state.wakeTime(of: $0) <= deadline ?? .distantFuture }
            return sleeping >= count ? () : nil
        }
    }

    private func wake(_ change: @Sendable (inout State) -> Void) {
        let woken = state.update { state in
            change(&state)
            let due = state.sleepers.prefix { $0.deadline <= state.uptime }
            state.sleepers.removeFirst(due.count)
            return Array(due)
        }
        for sleeper in woken {
            // Before it goes on, so that nobody takes it for asleep in between.
            sleeper.call?.unpark(from: sleeper.place)
            sleeper.continuation.resume()
        }
    }

    private func sleep(for duration: Duration, isRunner: Bool) async throws {
        let id = state.update { state in
            state.nextID += 1
            return state.nextID
        }
        defer { state.update { _ = $0.cancelled.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { fallAsleep(id, for: duration, isRunner: isRunner, $0) }
        } onCancel: {
            let sleeper = state.update { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            guard let sleeper else { return }
            sleeper.call?.unpark(from: sleeper.place)
            sleeper.continuation.resume(throwing: CancellationError())
        }
    }

    private func fallAsleep(
        _ id: Int, for duration: Duration, isRunner: Bool, _ continuation: CheckedContinuation<Void, any Error>
    ) {
        let call = WatchedCall.current
        let wasCancelled = state.update { state in
            if state.cancelled.remove(id) != nil { return true }
            // The wall clock counts whole microseconds; a deadline between two of them could not be advanced to.
            let whole = Duration.microseconds(duration.wholeMicroseconds)
            let deadline = state.uptime + min(whole < duration ? whole + .microseconds(1) : whole, Self.endless)
            let place = state.sleepers.firstIndex { $0.deadline > deadline } ?? state.sleepers.endIndex
            let sleeper = Sleeper(
                id: id, deadline: deadline, continuation: continuation, call: call, isRunner: isRunner)
            call?.park(at: sleeper.place)
            state.sleepers.insert(sleeper, at: place)
            return false
        }
        if wasCancelled { continuation.resume(throwing: CancellationError()) }
    }
}
