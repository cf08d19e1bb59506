/// Where JobKit reads the time and waits; the only place that touches a real clock.
///
/// Production uses ``system``. Tests inject JobTesting's `ManualTime`, so that back-off, leases and timeouts are
/// driven by hand.
public struct TimeSource: Sendable {
    private let readNow: @Sendable () -> Timestamp
    private let readUptime: @Sendable () -> Duration
    private let suspend: @Sendable (Duration) async throws -> Void

    /// Makes a time source.
    ///
    /// - Parameters:
    ///   - now: returns the current wall-clock time; called from any thread.
    ///   - uptime: returns a time that only ever grows, from any start; nil to derive it from `now`.
    ///   - sleep: suspends for a duration and throws `CancellationError` when the task is cancelled.
    public init(
        now: @escaping @Sendable () -> Timestamp,
        uptime: (@Sendable () -> Duration)? = nil,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.readNow = now
        self.readUptime = uptime ?? { now() - .epoch }
        self.suspend = sleep
    }

    /// The current wall-clock time.
    public var now: Timestamp { readNow() }

    /// A time that grows steadily whatever happens to the wall clock; for measuring how long something may take.
    public var uptime: Duration { readUptime() }

    /// Suspends the task for `duration` of monotonic time; returns at once when it is not positive.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        guard duration > .zero else { return try Task.checkCancellation() }
        try await suspend(duration)
    }

    /// The machine's clocks: wall-clock time for ``now``, monotonic time for sleeping.
    public static let system = TimeSource(
        now: { SystemClock.wallTime() },
        uptime: { SystemClock.start.duration(to: .now) },
        sleep: { duration in try await Task.sleep(for: duration, clock: .continuous) }
    )
}
