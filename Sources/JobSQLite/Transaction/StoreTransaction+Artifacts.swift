internal import JobCore

extension StoreTransaction {
    private static let others = Query(
        "SELECT count(*), coalesce(sum(size), 0) FROM job_artifacts WHERE job = ? AND name <> ?")
    private static let putArtifact = Query(
        """
        INSERT INTO job_artifacts (job, name, content_type, size, created_us, data, sha256) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (job, name) DO UPDATE SET
            content_type = excluded.content_type, size = excluded.size, created_us = excluded.created_us,
            data = excluded.data, sha256 = excluded.sha256
        """)

    /// Stores an artifact; see `ArtifactStore.putArtifact(_:)`.
    func put(_ new: NewArtifact, sha256: [UInt8]) throws -> Result<Artifact, ArtifactRefused> {
        guard let seq = try session.seq(of: new.job) else { return .failure(.unknownJob) }
        if let key = new.key, try rowHeld(under: key, new.job) == nil { return .failure(.leaseLost) }
        let (count, total) =
            try session.first(Self.others) { row in
                row.bind(seq)
                row.bind(new.name)
            } read: { row in
                (row.int(0), row.int64(1))
            } ?? (0, 0)
        guard count < limits.artifacts.count else { return .failure(.tooMany(limit: limits.artifacts.count)) }
        let size = Int64(new.bytes.count)
        guard total + size <= limits.artifacts.total.bytes else {
            return .failure(.jobFull(limit: limits.artifacts.total))
        }
        try session.execute(Self.putArtifact) { row in
            row.bind(seq)
            row.bind(new.name)
            row.bind(new.contentType)
            row.bind(size)
            row.bind(now)
            row.bind(new.bytes)
            row.bind(sha256)
        }
        news.touched.insert(new.job)
        return .success(
            Artifact(name: new.name, contentType: new.contentType, size: size, createdAt: now, sha256: sha256))
    }
}

extension Session {
    private static let listArtifacts = Query(
        "SELECT name, content_type, size, created_us, sha256 FROM job_artifacts WHERE job = ? ORDER BY name")
    private static let oneArtifact = Query(
        "SELECT name, content_type, size, created_us, sha256, data FROM job_artifacts WHERE job = ? AND name = ?")

    func artifacts(of job: JobID) throws -> [Artifact]? {
        guard let seq = try seq(of: job) else { return nil }
        return try all(Self.listArtifacts) {
            $0.bind(seq)
        } read: {
            Artifact($0)
        }
    }

    func artifact(of job: JobID, named name: String) throws -> ArtifactContent? {
        guard let seq = try seq(of: job) else { return nil }
        return try first(Self.oneArtifact) { row in
            row.bind(seq)
            row.bind(name)
        } read: { row in
            ArtifactContent(artifact: Artifact(row), bytes: row.bytes(5))
        }
    }
}

extension Artifact {
    fileprivate init(_ row: ResultRow) {
        self.init(
            name: row.text(0), contentType: row.text(1), size: row.int64(2), createdAt: row.time(3),
            sha256: row.isNull(4) ? nil : row.bytes(4))
    }
}
