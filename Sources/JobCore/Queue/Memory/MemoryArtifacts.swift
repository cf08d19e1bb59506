/// The artifacts of one job by name.
struct MemoryArtifacts {
    private var contents: [String: ArtifactContent] = [:]

    var isEmpty: Bool { contents.isEmpty }

    subscript(name: String) -> ArtifactContent? { contents[name] }

    /// The descriptions in the order of the names.
    var list: [Artifact] { contents.values.map(\.artifact).sorted { $0.name < $1.name } }

    mutating func put(
        _ new: NewArtifact, sha256: [UInt8], limits: ArtifactLimits, at now: Timestamp
    ) throws(ArtifactRefused) -> Artifact {
        let others = contents.filter { $0.key != new.name }
        guard others.count < limits.count else { throw .tooMany(limit: limits.count) }
        let total = others.values.reduce(Int64(new.bytes.count)) { $0 + $1.artifact.size }
        guard total <= limits.total.bytes else { throw .jobFull(limit: limits.total) }
        let artifact = Artifact(
            name: new.name, contentType: new.contentType, size: Int64(new.bytes.count), createdAt: now,
            sha256: sha256)
        contents[new.name] = ArtifactContent(artifact: artifact, bytes: new.bytes)
        return artifact
    }
}
