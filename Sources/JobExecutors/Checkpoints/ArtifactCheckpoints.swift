internal import Glibc
public import JobCore

/// Keeps checkpoints as artifacts of their jobs, `checkpoint-<step>.tar`, so under the limits of artifacts.
///
/// Fenced by the store: what comes under a lost lease is refused. Blocking file access takes threads of its own.
public struct ArtifactCheckpoints: CheckpointStore {
    private let store: any ArtifactStore
    private let limit: ByteCount
    private let threads = WorkerThreads.shared

    /// Makes a store of checkpoints.
    ///
    /// - Parameters:
    ///   - store: where the artifacts go.
    ///   - limit: the most bytes of one; by default what stores take.
    public init(_ store: any ArtifactStore, limit: ByteCount = ArtifactLimits().size) {
        self.store = store
        self.limit = limit
    }

    /// Stores a checkpoint in place of the one before.
    public func save(_ checkpoint: Checkpoint, from path: String) async throws {
        let limit = limit
        let bytes = try await threads.run { Result { try FileBytes.read(path, limit: limit) } }.get()
        guard let bytes else { throw CheckpointTrouble.tooLarge(limit: limit) }
        try await put(bytes, as: checkpoint)
    }

    /// Writes the checkpoint to a file that does not exist yet.
    public func load(_ checkpoint: Checkpoint, to path: String) async throws -> Bool {
        guard let content = try await store.artifact(of: checkpoint.job, named: Self.name(checkpoint)),
            !content.bytes.isEmpty
        else { return false }
        try await threads.run { Result { try FileBytes.write(content.bytes, to: path) } }.get()
        return true
    }

    /// Takes the bytes away; an empty artifact stays.
    public func remove(_ checkpoint: Checkpoint) async throws {
        try await put([], as: checkpoint)
    }

    private func put(_ bytes: [UInt8], as checkpoint: Checkpoint) async throws {
        do {
            try await store.putArtifact(
                NewArtifact(
                    job: checkpoint.job, name: Self.name(checkpoint), contentType: "application/x-tar", bytes: bytes,
                    key: checkpoint.key))
        } catch let refusal as ArtifactRefused {
            switch refusal {
            case .leaseLost, .unknownJob: throw CheckpointTrouble.leaseLost
            case .tooLarge(let limit), .jobFull(let limit): throw CheckpointTrouble.tooLarge(limit: limit)
            case .invalidName, .invalidContentType, .tooMany: throw refusal
            }
        }
    }

    private static func name(_ checkpoint: Checkpoint) -> String { "checkpoint-\(checkpoint.step).tar" }
}

/// Whole files; blocks.
enum FileBytes {
    /// The content of a file; nil when it is longer than the limit.
    static func read(_ path: String, limit: ByteCount) throws -> [UInt8]? {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw FileTrouble("open", path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FileTrouble("read", path) }
        guard Int64(status.st_size) <= limit.bytes else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let result = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress.map { $0 + count }, $0.count - count)
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { throw FileTrouble("read", path) }
            count += result
        }
        return bytes
    }

    /// Writes a file that must not exist, for this user only unless the mode says more.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard file >= 0 else { throw FileTrouble("make", path) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileTrouble("write", path) }
            written += count
        }
        // Whatever the program's mask takes away.
        fchmod(file, mode)
    }
}

/// Why a file could not be read or written.
struct FileTrouble: Error, CustomStringConvertible {
    let description: String

    init(_ attempt: String, _ path: String) {
        description = "cannot \(attempt) \(path): \(String(cString: strerror(errno)))"
    }
}
