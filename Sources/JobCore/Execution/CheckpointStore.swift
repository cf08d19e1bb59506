/// Keeps what an unfinished step wants to find again when it runs once more, perhaps on another machine.
///
/// A checkpoint is one file (an archive of the step's checkpoint folder). There is at most one for each step of a job;
/// it goes when the step has succeeded, and with the job.
public protocol CheckpointStore: Sendable {
    /// Stores a checkpoint in place of the one before; when it returns, the checkpoint survives this machine.
    ///
    /// Fenced: a worker that lost its lease changes nothing.
    ///
    /// - Parameters:
    ///   - checkpoint: whose it is.
    ///   - path: the file that holds it.
    /// - Throws: ``CheckpointTrouble`` when it is too large or the lease is lost; what the store throws.
    func save(_ checkpoint: Checkpoint, from path: String) async throws

    /// Writes the checkpoint to a file that does not exist yet.
    ///
    /// - Returns: whether there is one.
    /// - Throws: ``CheckpointTrouble`` when it is damaged; what the store throws.
    func load(_ checkpoint: Checkpoint, to path: String) async throws -> Bool

    /// Drops the checkpoint, whose step has succeeded or left nothing; none being there is fine.
    ///
    /// Fenced as ``save(_:from:)`` is. A step that has succeeded never runs again, so a store may keep what it has
    /// until the job goes, and does so where it does not say otherwise.
    ///
    /// - Throws: what the store throws.
    func remove(_ checkpoint: Checkpoint) async throws
}

extension CheckpointStore {
    /// Keeps the checkpoint until the job goes.
    public func remove(_ checkpoint: Checkpoint) async throws {}
}

/// Names the checkpoint of a step, and the right to write it.
public struct Checkpoint: Hashable, Sendable {
    /// The job.
    public var job: JobID
    /// The step's index, from 0.
    public var step: Int
    /// The lease under which the step runs.
    public var key: LeaseKey

    /// Makes a name.
    public init(job: JobID, step: Int, key: LeaseKey) {
        self.job = job
        self.step = step
        self.key = key
    }
}

/// Why a checkpoint was not saved or restored.
public enum CheckpointTrouble: Error, Hashable, Sendable, CustomStringConvertible {
    /// It has too many bytes.
    case tooLarge(limit: ByteCount)
    /// Another worker may hold the job.
    case leaseLost
    /// What was found is not what was stored; the text says how.
    case damaged(String)

    /// The text for people and logs.
    public var description: String {
        switch self {
        case .tooLarge(let limit):
            "a checkpoint may have at most \(limit.jobText) here; name an S3 bucket for larger ones"
        case .leaseLost: "the lease is lost: another worker may hold the job"
        case .damaged(let how): "the stored checkpoint is damaged: \(how)"
        }
    }
}
