/// The place where one step leaves what it wants to find again, for executors.
public struct StepCheckpoint: Sendable {
    /// Where it is kept.
    public var store: any CheckpointStore
    /// Whose it is.
    public var name: Checkpoint
    /// Whether there may be one; false spares the look.
    public var mayExist: Bool
    /// Whether a failure that may be retried is followed by another attempt.
    public var mayRunAgain: Bool

    /// Makes a place.
    public init(store: any CheckpointStore, name: Checkpoint, mayExist: Bool = true, mayRunAgain: Bool = false) {
        self.store = store
        self.name = name
        self.mayExist = mayExist
        self.mayRunAgain = mayRunAgain
    }
}
