extension SQLiteSchema {
    /// What controllers of fleets need; nothing of the earlier schemas changes but that a worker may bear a notice.
    ///
    /// The row's number is the record's version: each write takes a new row, and SQLite never gives a number again.
    static let version3 = [
        """
        CREATE TABLE job_records (
            version INTEGER PRIMARY KEY AUTOINCREMENT,
            collection TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            updated_us INTEGER NOT NULL,
            UNIQUE (collection, key)
        ) STRICT
        """,
        "ALTER TABLE job_workers ADD COLUMN notice TEXT",
    ]
}
