public import JobCore

/// How an SQLite queue keeps its file.
public struct SQLiteOptions: Hashable, Sendable {
    /// What an acknowledged call survives.
    public enum Durability: Hashable, Sendable {
        /// A crash of the program, of the machine and loss of power: each commit reaches the disk.
        case full
        /// A crash of the program; after loss of power the latest jobs and changes may be missing.
        case normal
    }

    /// What an acknowledged call survives.
    public var durability: Durability
    /// How long to wait while another process writes, before `QueueError/Code/busy`.
    public var busyTimeout: Duration
    /// How long finished jobs are kept that say nothing else; at least zero.
    public var defaultRetention: Duration
    /// The most bytes of one job's log.
    public var logLimit: ByteCount
    /// The most bytes of one step's output as JSON; of a longer one the codes and the start of the body are kept.
    public var outputLimit: ByteCount
    /// What is taken of the artifacts of jobs.
    public var artifactLimits: ArtifactLimits
    /// Whether a missing folder of the file is made, with mode 0700.
    public var createsFolder: Bool
    /// How many connections read at the same time, at least 1.
    public var readers: Int

    /// Makes options; by default the safe ones.
    public init(
        durability: Durability = .full, busyTimeout: Duration = .seconds(5),
        defaultRetention: Duration = .seconds(30 * 86_400), logLimit: ByteCount = .mebibytes(16),
        outputLimit: ByteCount = .mebibytes(1), artifactLimits: ArtifactLimits = ArtifactLimits(),
        createsFolder: Bool = false, readers: Int = 4
    ) {
        self.durability = durability
        self.busyTimeout = busyTimeout
        self.defaultRetention = defaultRetention
        self.logLimit = logLimit
        self.outputLimit = outputLimit
        self.artifactLimits = artifactLimits
        self.createsFolder = createsFolder
        self.readers = readers
    }

    var limits: StoreLimits {
        StoreLimits(
            defaultRetention: max(.zero, defaultRetention), logBytes: logLimit.bytes,
            outputBytes: Int(clamping: outputLimit.bytes), artifacts: artifactLimits)
    }
}
