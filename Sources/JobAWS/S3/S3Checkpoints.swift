internal import Crypto
public import JobCore

/// Keeps checkpoints in a bucket, of any size, and a pointer to the valid one with the job.
///
/// Each save makes an object of its own, whose key holds the lease's generation. Then the pointer is written as the
/// artifact `checkpoint-STEP.json` of the job, under the lease: so a worker that lost its lease changes nothing, and a
/// save that was cut off leaves the one before as it was. What is not pointed at any more is removed afterwards; give
/// the bucket a rule that ends objects after some days for what a dead machine leaves.
public struct S3Checkpoints: CheckpointStore {
    private let bucket: S3Client
    private let prefix: String
    private let pointers: any ArtifactStore
    private let limit: ByteCount

    /// Makes a store.
    ///
    /// - Parameters:
    ///   - bucket: where the objects go.
    ///   - prefix: the start of their keys, such as `checkpoints/`; may be empty.
    ///   - pointers: keeps the pointers, and fences them.
    ///   - limit: the largest checkpoint.
    public init(
        _ bucket: S3Client, prefix: String, pointers: any ArtifactStore, limit: ByteCount = .mebibytes(64 << 10)
    ) {
        self.bucket = bucket
        self.prefix = prefix.isEmpty || prefix.hasSuffix("/") ? prefix : prefix + "/"
        self.pointers = pointers
        self.limit = limit
    }

    /// Uploads the file, and points at it.
    public func save(_ checkpoint: Checkpoint, from path: String) async throws {
        let file = try PartFile(reading: path)
        guard Int64(file.size) <= limit.bytes else { throw CheckpointTrouble.tooLarge(limit: limit) }
        let hash = try await Self.sha256(file)
        let before = try await pointer(checkpoint)
        let pointer = CheckpointPointer(
            key: "\(prefix)\(checkpoint.job)/\(checkpoint.step)-\(checkpoint.key.generation)-\(hash.prefix(16))",
            sha256: hash, size: Int64(file.size))
        try await bucket.upload(pointer.key, from: path)
        do {
            try await point(pointer.json.utf8, checkpoint)
        } catch CheckpointTrouble.leaseLost {
            // Unless it is the valid one, saved again.
            if before?.key != pointer.key { _ = try? await bucket.delete(pointer.key) }
            throw CheckpointTrouble.leaseLost
        }
        if before?.key != pointer.key { await drop(before, checkpoint) }
    }

    /// Points at nothing, and removes the object; an empty artifact stays.
    public func remove(_ checkpoint: Checkpoint) async throws {
        guard let before = try await pointer(checkpoint) else { return }
        try await point([], checkpoint)
        await drop(before, checkpoint)
    }

    /// Downloads what the pointer names, and checks it.
    public func load(_ checkpoint: Checkpoint, to path: String) async throws -> Bool {
        guard let pointer = try await pointer(checkpoint) else { return false }
        guard owns(pointer, checkpoint) else {
            throw CheckpointTrouble.damaged("its pointer names an object of something else")
        }
        guard pointer.size <= limit.bytes else { throw CheckpointTrouble.tooLarge(limit: limit) }
        guard try await bucket.download(pointer.key, to: path, upTo: pointer.size) else {
            throw CheckpointTrouble.damaged("the object \(pointer.key) is gone from the bucket \(bucket.bucket)")
        }
        let file = try PartFile(reading: path)
        guard Int64(file.size) == pointer.size, try await Self.sha256(file) == pointer.sha256 else {
            file.remove()
            throw CheckpointTrouble.damaged("the object \(pointer.key) is not what was stored")
        }
        return true
    }

    /// Writes the pointer, if the lease still holds.
    private func point(_ bytes: [UInt8], _ checkpoint: Checkpoint) async throws {
        do {
            try await pointers.putArtifact(
                NewArtifact(
                    job: checkpoint.job, name: Self.name(checkpoint), contentType: "application/json", bytes: bytes,
                    key: checkpoint.key))
        } catch ArtifactRefused.leaseLost {
            throw CheckpointTrouble.leaseLost
        } catch ArtifactRefused.unknownJob {
            throw CheckpointTrouble.leaseLost
        }
    }

    /// Removes an object that nothing points at any more; what stays is for the bucket's own rule.
    ///
    /// Only what this store has made: a pointer that others wrote could name anything in the bucket.
    private func drop(_ pointer: CheckpointPointer?, _ checkpoint: Checkpoint) async {
        guard let pointer, owns(pointer, checkpoint) else { return }
        _ = try? await bucket.delete(pointer.key)
    }

    private static func name(_ checkpoint: Checkpoint) -> String { "checkpoint-\(checkpoint.step).json" }

    private func owns(_ pointer: CheckpointPointer, _ checkpoint: Checkpoint) -> Bool {
        pointer.key.hasPrefix("\(prefix)\(checkpoint.job)/\(checkpoint.step)-")
    }

    private func pointer(_ checkpoint: Checkpoint) async throws -> CheckpointPointer? {
        guard let found = try await pointers.artifact(of: checkpoint.job, named: Self.name(checkpoint)) else {
            return nil
        }
        // What is empty was cleared after the step's success.
        if found.bytes.isEmpty { return nil }
        return try CheckpointPointer(found.bytes)
    }

    private static func sha256(_ file: PartFile) async throws -> String {
        var hash = SHA256()
        var start = 0
        while start < file.size {
            let bytes = try await file.read(at: start, count: min(4 << 20, file.size - start))
            hash.update(data: bytes)
            start += bytes.count
        }
        return Hexadecimal.encode(hash.finalize())
    }
}

/// Where a checkpoint is and what it must be.
struct CheckpointPointer: Hashable, Sendable {
    var key: String
    var sha256: String
    var size: Int64

    init(key: String, sha256: String, size: Int64) {
        self.key = key
        self.sha256 = sha256
        self.size = size
    }

    init(_ bytes: [UInt8]) throws {
        guard let value = try? JSONParser.parse(bytes), let key = value["key"]?.stringValue,
            let sha256 = value["sha256"]?.stringValue, let size = value["size"]?.integerValue, size >= 0
        else { throw CheckpointTrouble.damaged("its pointer is no JSON object of key, sha256 and size") }
        self.init(key: key, sha256: sha256, size: size)
    }

    var json: JSONValue {
        .object(["key": .string(key), "sha256": .string(sha256), "size": .integer(size)])
    }
}
