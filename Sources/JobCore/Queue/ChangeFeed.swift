/// A queue that remembers in which order its jobs changed, so that whoever was away can go on where they were.
///
/// The feed is durable where the queue is, shared by all processes on one store, and bounded: the oldest entries go.
/// It names the jobs that were stored, changed (each new version of a job) or deleted by hand, not what became of
/// them; a job that changed more than once in a short time may stand there once. Jobs that were pruned are not named.
public protocol ChangeFeed: JobQueue {
    /// The position of the latest change; 0 when there was none.
    ///
    /// - Throws: ``QueueError``.
    func changePosition() async throws -> Int64

    /// What changed after a position, oldest first.
    ///
    /// - Parameters:
    ///   - position: a position that an earlier call gave; 0 for the beginning.
    ///   - limit: about how many changes to return, at least 1.
    /// - Throws: ``QueueError``.
    func changes(after position: Int64, limit: Int) async throws -> ChangePage
}

/// One entry of a feed.
public struct ChangeEntry: Hashable, Sendable {
    /// Its place: greater than those of all entries before it.
    public var position: Int64
    /// The job that changed.
    public var job: JobID

    /// Makes an entry.
    public init(position: Int64, job: JobID) {
        self.position = position
        self.job = job
    }
}

/// A part of a feed.
public struct ChangePage: Hashable, Sendable {
    /// The entries, oldest first.
    public var changes: [ChangeEntry]
    /// The position to go on after.
    public var next: Int64
    /// Whether changes may be missing between the position that was asked for and the first entry.
    ///
    /// So it is for a position that is older than what is kept, and for one that this store has never given. Whoever
    /// sees it looks at the queue itself.
    public var isGap: Bool

    /// Makes a part.
    public init(changes: [ChangeEntry] = [], next: Int64, isGap: Bool = false) {
        self.changes = changes
        self.next = next
        self.isGap = isGap
    }
}
