extension SQLiteSchema {
    /// What a service needs besides the jobs; nothing of the first schema changes.
    ///
    /// A row of `job_changes` holds the ids of all jobs that one transaction changed, sixteen bytes each, in order.
    /// `last` is the position of the last of them: positions count all changes there ever were.
    static let version2 = [
        """
        CREATE TABLE job_queue_settings (
            queue TEXT PRIMARY KEY,
            is_paused INTEGER NOT NULL CHECK (is_paused BETWEEN 0 AND 1),
            concurrency INTEGER CHECK (concurrency >= 1)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE job_changes (
            last INTEGER PRIMARY KEY CHECK (last >= length(jobs) / 16),
            jobs BLOB NOT NULL CHECK (length(jobs) > 0 AND length(jobs) % 16 = 0)
        ) STRICT
        """,
        """
        CREATE TABLE job_workers (
            name TEXT PRIMARY KEY,
            queues TEXT NOT NULL,
            slots INTEGER NOT NULL,
            version TEXT NOT NULL,
            host TEXT NOT NULL,
            process INTEGER NOT NULL,
            started_us INTEGER NOT NULL,
            seen_us INTEGER NOT NULL,
            is_draining INTEGER NOT NULL CHECK (is_draining BETWEEN 0 AND 1),
            is_ordered INTEGER NOT NULL CHECK (is_ordered BETWEEN 0 AND 1)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE job_tokens (
            id TEXT PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            name TEXT NOT NULL,
            scopes TEXT NOT NULL,
            queues TEXT NOT NULL,
            created_us INTEGER NOT NULL,
            expires_us INTEGER,
            revoked_us INTEGER,
            worker TEXT,
            attempt_job BLOB CHECK (attempt_job IS NULL OR length(attempt_job) = 16),
            attempt_generation INTEGER CHECK ((attempt_job IS NULL) = (attempt_generation IS NULL))
        ) STRICT
        """,
        """
        CREATE TABLE job_artifacts (
            job INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
            name TEXT NOT NULL,
            content_type TEXT NOT NULL,
            size INTEGER NOT NULL CHECK (size = length(data)),
            created_us INTEGER NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY (job, name)
        ) STRICT
        """,
        "CREATE INDEX job_workers_seen ON job_workers (seen_us)",
    ]
}
