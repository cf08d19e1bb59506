internal import JobCore

extension StoreTransaction {
    private static let countRecords = Query("SELECT count(*) FROM job_records")
    // Taking the place of a row gives the record a new number, which is its version.
    private static let putRecord = Query(
        "INSERT OR REPLACE INTO job_records (collection, key, value, updated_us) VALUES (?, ?, ?, ?) RETURNING version")
    private static let dropRecord = Query("DELETE FROM job_records WHERE collection = ? AND key = ?")

    /// Makes all changes or none; see `RecordStore.write(_:)`.
    func write(_ changes: [RecordChange]) throws -> Result<[StoredRecord], RecordConflict> {
        var added = 0
        for change in changes {
            let current = try session.version(of: change.key, in: change.collection)
            guard change.expecting.allows(current) else {
                return .failure(RecordConflict(collection: change.collection, key: change.key, current: current))
            }
            if current == nil, change.isPut { added += 1 }
        }
        if added > 0 {
            let count = try session.first(Self.countRecords, { _ in }, read: { $0.int(0) }) ?? 0
            guard count + added <= RecordLimits.records else { throw QueueError.tooManyRecords }
        }
        var stored: [StoredRecord] = []
        for change in changes {
            switch change.action {
            case .put(let value): stored.append(try put(value, change))
            case .delete:
                try session.execute(Self.dropRecord) { row in
                    row.bind(change.collection)
                    row.bind(change.key)
                }
            case .check: break
            }
        }
        return .success(stored)
    }

    private func put(_ value: JSONValue, _ change: RecordChange) throws -> StoredRecord {
        let version = try session.first(Self.putRecord) { row in
            row.bind(change.collection)
            row.bind(change.key)
            row.bind(value)
            row.bind(now)
        } read: {
            $0.int64(0)
        }
        return StoredRecord(
            collection: change.collection, key: change.key, version: version ?? 0, value: value, updatedAt: now)
    }
}

extension Session {
    static let oneRecord = Query(
        "SELECT version, value, updated_us FROM job_records WHERE collection = ? AND key = ?")
    static let recordsAfter = Query(
        """
        SELECT key, version, value, updated_us FROM job_records WHERE collection = ? AND key > ? ORDER BY key LIMIT ?
        """)
    private static let recordVersion = Query("SELECT version FROM job_records WHERE collection = ? AND key = ?")

    func version(of key: String, in collection: String) throws -> Int64? {
        try first(Self.recordVersion) { row in
            row.bind(collection)
            row.bind(key)
        } read: {
            $0.int64(0)
        }
    }

    func record(_ key: String, in collection: String) throws -> StoredRecord? {
        try first(Self.oneRecord) { row in
            row.bind(collection)
            row.bind(key)
        } read: { row in
            StoredRecord(
                collection: collection, key: key, version: row.int64(0), value: try row.json(1) ?? .null,
                updatedAt: row.time(2))
        }
    }

    func records(in collection: String, after: String, limit: Int) throws -> [StoredRecord] {
        try all(Self.recordsAfter) { row in
            row.bind(collection)
            row.bind(after)
            row.bind(limit)
        } read: { row in
            StoredRecord(
                collection: collection, key: row.text(0), version: row.int64(1), value: try row.json(2) ?? .null,
                updatedAt: row.time(3))
        }
    }
}
