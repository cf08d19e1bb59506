internal import Synchronization

/// Tells work that does not see its task's cancellation that it shall stop; raised at most once in effect.
final class StopSignal: Sendable {
    private let raised = Mutex(false)
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    /// Makes a signal that is not raised.
    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    /// Whether it was raised.
    var isRaised: Bool { raised.withLock { $0 } }

    /// Raises it; may be called from any thread.
    func raise() {
        raised.withLock { $0 = true }
        continuation.finish()
    }

    /// Suspends until it is raised or the task is cancelled; for one caller.
    func wait() async {
        for await _ in stream {}
    }
}
