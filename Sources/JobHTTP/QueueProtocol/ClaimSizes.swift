internal import Synchronization

/// How large the jobs are that are handed out, so that an answer with many of them stays small enough.
final class ClaimSizes: Sendable {
    private let average = Mutex(2_048)

    private static let answerBytes = 8 << 20

    /// The most jobs to hand out at once.
    var mostJobs: Int { average.withLock { max(16, Self.answerBytes / $0) } }

    /// Learns from an answer.
    func note(claims: Int, bytes: Int) {
        guard claims > 0 else { return }
        average.withLock { $0 = max(1, (3 * $0 + bytes / claims) / 4) }
    }
}
