/// A queue in which a claim can wait, to be answered by the very commit that stores a job.
///
/// This saves an idle worker the way from a signal to a claim of its own. It adds nothing to what signals tell: whoever
/// waits hears of everything else by them, and cancels the wait to claim as usual.
public protocol WaitingClaims: QueueSignals {
    /// Leases jobs that are stored after the call, as `claim(_:)` would right after.
    ///
    /// Jobs that were there before, that become due later, or that other processes store, do not end the wait. Signals
    /// leave out what the wait was answered with.
    ///
    /// Ends when the task is cancelled, without jobs unless some were leased already, and not otherwise while nothing is
    /// stored. It may end without jobs where a claim does something else on its way, such as ending jobs past their
    /// deadline.
    ///
    /// - Parameters:
    ///   - request: as for `claim(_:)`.
    ///   - leasing: called right before jobs are leased, with how long ago it is from when the leases count; perhaps more
    ///     than once, perhaps for nothing, on any thread. It must not block.
    /// - Throws: ``QueueError``.
    func claimWhenStored(
        _ request: ClaimRequest, leasing: @escaping @Sendable (_ age: Duration) -> Void
    ) async throws -> [Claim]
}
