extension SQLiteSchema {
    /// The first schema.
    ///
    /// `jobs` holds what changes while a job lives, `job_specs` what never does. `seq` is the order of submission.
    /// `phase`: 0 waiting, 1 running, 2 succeeded, 3 failed, 4 poisoned, 5 cancelled. The record of the step at the
    /// cursor (of the last step, when all are done) and the latest attempt stand in columns, so that a job that
    /// succeeds at once costs two updates and no further row; `step_output` is 0 for none, 1 for an empty output and
    /// 2 for one in `step_results`, which also has the records of the earlier steps.
    ///
    /// The partial indexes hold only the rows that their query is about: finished jobs are in none that is polled.
    static let version1 = tables + indexes

    private static let tables = [
        """
        CREATE TABLE jobs (
            seq INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
            queue TEXT NOT NULL,
            priority INTEGER NOT NULL,
            lane TEXT,
            unique_key TEXT,
            unique_phases INTEGER,
            created_us INTEGER NOT NULL,
            phase INTEGER NOT NULL CHECK (phase BETWEEN 0 AND 5),
            blocked INTEGER NOT NULL CHECK (blocked = 0 OR blocked = 1 AND phase = 0 AND lane IS NOT NULL),
            due_us INTEGER CHECK ((phase = 0) = (due_us IS NOT NULL)),
            wait_reason INTEGER CHECK ((phase = 0) = (wait_reason IS NOT NULL)),
            worker TEXT CHECK (worker IS NOT NULL OR phase <> 1),
            lease_until_us INTEGER CHECK ((phase = 1) = (lease_until_us IS NOT NULL)),
            cancel_requested INTEGER CHECK ((phase = 1) = (cancel_requested IS NOT NULL)),
            finished_us INTEGER CHECK ((phase >= 2) = (finished_us IS NOT NULL)),
            retain_until_us INTEGER CHECK ((phase >= 2) = (retain_until_us IS NOT NULL)),
            started_us INTEGER CHECK (started_us IS NOT NULL OR phase <> 1),
            deadline_us INTEGER CHECK (deadline_us IS NULL OR phase = 0),
            generation INTEGER NOT NULL CHECK (generation >= 0),
            version INTEGER NOT NULL CHECK (version >= 1),
            cursor INTEGER NOT NULL CHECK (cursor >= 0),
            step_attempts INTEGER NOT NULL CHECK (step_attempts >= 0),
            step_started_us INTEGER,
            step_finished_us INTEGER,
            step_output INTEGER NOT NULL CHECK (step_output BETWEEN 0 AND 2),
            attempt_started_us INTEGER CHECK ((generation > 0) = (attempt_started_us IS NOT NULL)),
            attempt_finished_us INTEGER CHECK (attempt_finished_us IS NULL OR phase <> 1),
            attempt_outcome INTEGER CHECK ((attempt_outcome IS NULL) = (attempt_finished_us IS NULL)),
            attempt_message TEXT,
            history TEXT,
            progress TEXT,
            failure TEXT,
            CHECK ((unique_key IS NULL) = (unique_phases IS NULL))
        ) STRICT
        """,
        """
        CREATE TABLE job_specs (
            job INTEGER PRIMARY KEY REFERENCES jobs (seq) ON DELETE CASCADE,
            name TEXT NOT NULL,
            spec TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE job_tags (
            job INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (job, key)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE step_results (
            job INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 0),
            attempts INTEGER NOT NULL,
            started_us INTEGER,
            finished_us INTEGER,
            output TEXT,
            PRIMARY KEY (job, step)
        ) STRICT
        """,
        """
        CREATE TABLE log_chunks (
            job INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
            offset INTEGER NOT NULL CHECK (offset >= 0),
            generation INTEGER NOT NULL,
            number INTEGER NOT NULL,
            step INTEGER,
            attempt INTEGER NOT NULL,
            stream INTEGER NOT NULL CHECK (stream BETWEEN 0 AND 2),
            at_us INTEGER NOT NULL,
            is_cut INTEGER NOT NULL,
            data BLOB NOT NULL CHECK (length(data) > 0),
            PRIMARY KEY (job, offset)
        ) STRICT
        """,
        """
        CREATE TABLE job_counts (
            queue TEXT NOT NULL,
            phase INTEGER NOT NULL,
            n INTEGER NOT NULL CHECK (n >= 0),
            PRIMARY KEY (queue, phase)
        ) STRICT, WITHOUT ROWID
        """,
    ]

    private static let indexes = [
        // Claims: what may start now or later, in the order of claiming.
        "CREATE INDEX jobs_ready ON jobs (queue, priority, due_us, seq) WHERE phase = 0 AND blocked = 0",
        // Claims: leases that may have expired.
        "CREATE INDEX jobs_leased ON jobs (queue, lease_until_us) WHERE phase = 1",
        // Claims: jobs that fail when nobody has started them in time.
        "CREATE INDEX jobs_deadline ON jobs (deadline_us) WHERE deadline_us IS NOT NULL",
        // Lanes: who is at the front, and who is next.
        "CREATE INDEX jobs_lane ON jobs (lane, blocked, seq) WHERE lane IS NOT NULL AND phase <= 1",
        // Unique keys, only while their job's phase holds them.
        """
        CREATE INDEX jobs_unique ON jobs (unique_key)
        WHERE unique_key IS NOT NULL AND (unique_phases >> phase) & 1
        """,
        // Workers ask for these often; there are few.
        "CREATE INDEX jobs_cancel ON jobs (worker) WHERE cancel_requested = 1",
        // Counts: the waiting jobs that are not due, without those that were due when they were submitted.
        "CREATE INDEX jobs_later ON jobs (due_us, queue, wait_reason) WHERE phase = 0 AND due_us > created_us",
        // Listings of what went wrong, among many that went well.
        "CREATE INDEX jobs_unsuccessful ON jobs (phase, seq) WHERE phase >= 3",
        // Pruning.
        "CREATE INDEX jobs_retention ON jobs (retain_until_us) WHERE retain_until_us IS NOT NULL",
        "CREATE INDEX job_tags_by_value ON job_tags (key, value, job)",
    ]
}
