extension NewArtifact: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("job", job)
        writer.field("name", name)
        writer.field("contentType", contentType)
        writer.field("base64", Base64.encode(bytes))
        if let key { writer.object("key") { key.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            job: try fields.id("job"), name: try fields.string("name"), contentType: try fields.string("contentType"),
            bytes: try fields.base64(), key: try fields.optionalObject("key", LeaseKey.init(_:)))
    }
}

extension Artifact: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("name", name)
        writer.field("contentType", contentType)
        writer.field("size", size)
        writer.field("createdAt", createdAt)
        writer.field("sha256", sha256.map { Hexadecimal.encode($0) })
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            name: try fields.string("name"), contentType: try fields.string("contentType"),
            size: Int64(try fields.integer("size", in: 0...Int.max)), createdAt: try fields.time("createdAt"),
            sha256: try fields.sha256())
    }
}

extension ArtifactContent: WireValue {
    package func write(to writer: inout WireWriter) {
        artifact.write(to: &writer)
        writer.field("base64", Base64.encode(bytes))
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(artifact: try Artifact(fields), bytes: try fields.base64())
    }
}

extension WireObject {
    /// The hash of an artifact; nil when its store has none.
    fileprivate func sha256() throws(WireFault) -> [UInt8]? {
        guard let text = try optionalString("sha256") else { return nil }
        guard let hash = Hexadecimal.decode(text), hash.count == 32 else {
            throw WireFault(path: "sha256", message: "must be 64 hexadecimal digits")
        }
        return hash
    }

    /// The bytes of an artifact.
    fileprivate func base64() throws(WireFault) -> [UInt8] {
        guard let bytes = Base64.decode(try string("base64")) else {
            throw WireFault(path: "base64", message: "must be base64 with padding")
        }
        return bytes
    }
}

/// What became of an artifact.
package struct PutArtifactReply: WireValue {
    package var result: Result<Artifact, ArtifactRefused>

    package init(result: Result<Artifact, ArtifactRefused>) {
        self.result = result
    }

    package func write(to writer: inout WireWriter) {
        switch result {
        case .success(let artifact): writer.object("artifact") { artifact.write(to: &$0) }
        case .failure(let refusal): refusal.write(to: &writer)
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        if let artifact = try fields.optionalObject("artifact", Artifact.init(_:)) {
            result = .success(artifact)
        } else {
            result = .failure(try ArtifactRefused(fields))
        }
    }
}

extension ArtifactRefused: WireValue {
    private enum Name: String, CaseIterable {
        case unknownJob, leaseLost, invalidName, invalidContentType, tooLarge, tooMany, jobFull
    }

    package func write(to writer: inout WireWriter) {
        switch self {
        case .unknownJob: writer.field("refused", Name.unknownJob.rawValue)
        case .leaseLost: writer.field("refused", Name.leaseLost.rawValue)
        case .invalidName: writer.field("refused", Name.invalidName.rawValue)
        case .invalidContentType: writer.field("refused", Name.invalidContentType.rawValue)
        case .tooLarge(let limit):
            writer.field("refused", Name.tooLarge.rawValue)
            writer.field("limit", limit.bytes)
        case .tooMany(let limit):
            writer.field("refused", Name.tooMany.rawValue)
            writer.field("limit", limit)
        case .jobFull(let limit):
            writer.field("refused", Name.jobFull.rawValue)
            writer.field("limit", limit.bytes)
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        let name: Name = try fields.choice("refused")
        switch name {
        case .unknownJob: self = .unknownJob
        case .leaseLost: self = .leaseLost
        case .invalidName: self = .invalidName
        case .invalidContentType: self = .invalidContentType
        case .tooLarge: self = .tooLarge(limit: ByteCount(Int64(try fields.integer("limit", in: 0...Int.max))))
        case .tooMany: self = .tooMany(limit: try fields.integer("limit", in: 0...Int.max))
        case .jobFull: self = .jobFull(limit: ByteCount(Int64(try fields.integer("limit", in: 0...Int.max))))
        }
    }
}

/// The artifacts of a job, if there is such a job.
package struct ArtifactsReply: WireValue {
    package var artifacts: [Artifact]?

    package init(artifacts: [Artifact]?) {
        self.artifacts = artifacts
    }

    package func write(to writer: inout WireWriter) {
        guard let artifacts else { return }
        writer.list("artifacts", artifacts) { writer, artifact in writer.object { artifact.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        artifacts = try fields.optionalList("artifacts", Artifact.init(_:))
    }
}

/// Names one artifact.
package struct ArtifactReference: WireValue {
    package var job: JobID
    package var name: String

    package init(job: JobID, name: String) {
        self.job = job
        self.name = name
    }

    package func write(to writer: inout WireWriter) {
        writer.field("job", job)
        writer.field("name", name)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        job = try fields.id("job")
        name = try fields.string("name")
    }
}

/// An artifact, if there is one.
package struct ArtifactReply: WireValue {
    package var content: ArtifactContent?

    package init(content: ArtifactContent?) {
        self.content = content
    }

    package func write(to writer: inout WireWriter) {
        if let content { writer.object("artifact") { content.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        content = try fields.optionalObject("artifact", ArtifactContent.init(_:))
    }
}
