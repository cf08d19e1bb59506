/// A queue that tells when something happened, so that nobody needs to poll often.
///
/// Signals are hints: they may come late, twice or for nothing, and after a crash not at all. Whoever waits looks at
/// the queue itself after subscribing and after each signal.
public protocol QueueSignals: JobQueue {
    /// A stream that yields after changes of interest, also those made by other processes where the store can tell.
    ///
    /// Signals that nobody has taken yet become one. The stream ends when its task is cancelled.
    func signals(for interest: SignalInterest) -> AsyncStream<Void>

    /// When the earliest waiting job of some named queues becomes due, or the earliest lease expires; nil for never.
    ///
    /// A job that its lane keeps back makes no time in the past, so whoever sleeps until then does not spin.
    ///
    /// - Throws: ``QueueError``.
    func nextDue(in queues: [String]) async throws -> Timestamp?

    /// The running jobs of a worker that somebody has asked to stop.
    ///
    /// - Throws: ``QueueError``.
    func cancelRequests(for worker: String) async throws -> [JobID]
}

/// What a subscriber wants to hear of.
public enum SignalInterest: Hashable, Sendable {
    /// Jobs of these named queues may have become due, or a cancel was asked for.
    case work(queues: Set<String>)
    /// One job or its log changed.
    case job(JobID)
    /// Anything changed.
    case everything
}
