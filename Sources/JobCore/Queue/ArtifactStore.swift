/// A queue that keeps files that steps made.
///
/// Artifacts are bounded, belong to one job, and go with it.
public protocol ArtifactStore: JobQueue {
    /// Stores an artifact, in place of one of the same name; when it returns, the artifact survives a crash.
    ///
    /// - Throws: ``ArtifactRefused``; ``QueueError``.
    @discardableResult
    func putArtifact(_ artifact: NewArtifact) async throws -> Artifact

    /// The artifacts of a job in the order of their names; nil when there is no such job.
    ///
    /// - Throws: ``QueueError``.
    func artifacts(of job: JobID) async throws -> [Artifact]?

    /// One artifact of a job with its bytes; nil when there is no such job or artifact.
    ///
    /// - Throws: ``QueueError``.
    func artifact(of job: JobID, named name: String) async throws -> ArtifactContent?
}

/// A file on its way to a store.
public struct NewArtifact: Hashable, Sendable {
    /// The job.
    public var job: JobID
    /// A name for people and file systems: 1 to 200 of `A-Z a-z 0-9 . _ -`, with no dot at its start.
    public var name: String
    /// What the bytes are, such as `text/plain`; 1 to 200 visible ASCII characters and spaces.
    public var contentType: String
    /// The content.
    public var bytes: [UInt8]
    /// The lease of the worker that made it; nil for artifacts from people, which any state of the job takes.
    public var key: LeaseKey?

    /// Makes an artifact.
    public init(
        job: JobID, name: String, contentType: String = "application/octet-stream", bytes: [UInt8],
        key: LeaseKey? = nil
    ) {
        self.job = job
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
        self.key = key
    }

    /// The SHA-256 of the content: 32 bytes, which stores keep in ``Artifact/sha256``.
    ///
    /// Reads all of the content each time.
    public var sha256: [UInt8] { ContentHash.sha256(bytes) }

    /// Whether a text may be the name of an artifact.
    public static func isName(_ name: String) -> Bool {
        (1...200).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: ".")
            && name.utf8.allSatisfy(FieldRules.isWordByte)
    }

    /// Checks the name, the content type and the size.
    ///
    /// - Parameter limits: what the store takes.
    /// - Throws: ``ArtifactRefused``.
    public func validate(_ limits: ArtifactLimits) throws(ArtifactRefused) {
        guard Self.isName(name) else { throw .invalidName }
        guard (1...200).contains(contentType.utf8.count), contentType.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw .invalidContentType }
        guard Int64(bytes.count) <= limits.size.bytes else { throw .tooLarge(limit: limits.size) }
    }
}

/// What a store takes of artifacts.
public struct ArtifactLimits: Hashable, Sendable {
    /// The most bytes of one.
    public var size: ByteCount
    /// The most artifacts of one job.
    public var count: Int
    /// The most bytes of all artifacts of one job.
    public var total: ByteCount

    /// Makes limits; by default 16 MiB each, 100 for each job, of 64 MiB together.
    public init(size: ByteCount = .mebibytes(16), count: Int = 100, total: ByteCount = .mebibytes(64)) {
        self.size = size
        self.count = count
        self.total = total
    }
}

/// What a store tells of an artifact.
public struct Artifact: Hashable, Sendable {
    /// The name.
    public var name: String
    /// What the bytes are.
    public var contentType: String
    /// How many bytes it has.
    public var size: Int64
    /// When it was stored.
    public var createdAt: Timestamp
    /// The SHA-256 of the content: 32 bytes; nil for artifacts of a store that kept none when they were stored.
    public var sha256: [UInt8]?

    /// Makes a description.
    public init(name: String, contentType: String, size: Int64, createdAt: Timestamp, sha256: [UInt8]? = nil) {
        self.name = name
        self.contentType = contentType
        self.size = size
        self.createdAt = createdAt
        self.sha256 = sha256
    }
}

/// An artifact with its bytes.
public struct ArtifactContent: Hashable, Sendable {
    /// The description.
    public var artifact: Artifact
    /// The content.
    public var bytes: [UInt8]

    /// Makes a content.
    public init(artifact: Artifact, bytes: [UInt8]) {
        self.artifact = artifact
        self.bytes = bytes
    }
}

/// Why an artifact was not stored.
public enum ArtifactRefused: Error, Hashable, Sendable, CustomStringConvertible {
    /// No such job is stored.
    case unknownJob
    /// The lease is not the job's latest, or has ended.
    case leaseLost
    /// The name is no name of an artifact.
    case invalidName
    /// The content type is no content type.
    case invalidContentType
    /// It has too many bytes.
    case tooLarge(limit: ByteCount)
    /// The job has as many artifacts as it may have.
    case tooMany(limit: Int)
    /// The artifacts of the job would have too many bytes together.
    case jobFull(limit: ByteCount)

    /// The text for people and logs.
    public var description: String {
        switch self {
        case .unknownJob: "there is no such job"
        case .leaseLost: "the lease is lost: another worker may hold the job"
        case .invalidName: "the name must be 1 to 200 letters, digits, . _ or -, with no dot at its start"
        case .invalidContentType: "the content type must be 1 to 200 visible ASCII characters"
        case .tooLarge(let limit): "an artifact may have at most \(limit.bytes) bytes"
        case .tooMany(let limit): "a job may have at most \(limit) artifacts"
        case .jobFull(let limit): "the artifacts of a job may have at most \(limit.bytes) bytes together"
        }
    }
}
