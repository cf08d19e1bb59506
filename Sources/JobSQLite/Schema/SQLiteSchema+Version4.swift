extension SQLiteSchema {
    /// The hashes of artifacts; those that were stored before have none.
    static let version4 = [
        "ALTER TABLE job_artifacts ADD COLUMN sha256 BLOB CHECK (sha256 IS NULL OR length(sha256) = 32)"
    ]
}
