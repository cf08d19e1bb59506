internal import GRDB
internal import JobCore

/// The writing connection's statements, its memory of running jobs, and its view of other connections' commits.
///
/// `@unchecked Sendable`: GRDB's serial writer queue protects it; it is only touched inside that queue's blocks.
final class WriterState: @unchecked Sendable {
    let session: Session
    let cache: JobCache
    private var dataVersion: Int64?

    private static let beginQuery = Query("BEGIN IMMEDIATE TRANSACTION")
    private static let commitQuery = Query("COMMIT TRANSACTION")
    private static let dataVersionQuery = Query("PRAGMA data_version")
    /// How often a transaction is tried to begin, each time for as long as the busy timeout.
    private static let beginAttempts = 2

    init(_ session: Session, cache: JobCache) {
        self.session = session
        self.cache = cache
    }

    /// Begins a transaction that may write.
    func begin() throws {
        for attempt in 1... {
            do { return try session.control(Self.beginQuery) } catch let error as DatabaseError {
                guard error.resultCode == .SQLITE_BUSY, attempt < Self.beginAttempts else { throw error }
            }
        }
    }

    func commit() throws {
        try session.control(Self.commitQuery)
    }

    private static let truncate = Query("PRAGMA wal_checkpoint(TRUNCATE)")

    /// Brings the whole log into the database file, both on the disk, and empties it; false when others are in the way.
    ///
    /// Source: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    func checkpoint() throws -> Bool {
        try session.first(Self.truncate) { _ in
        } read: {
            $0.int64(0) == 0
        } ?? false
    }

    /// Undoes the transaction, if SQLite has not done so, and forgets what was remembered in it.
    func rollback() {
        cache.removeAll()
        guard session.db.isInsideTransaction else { return }
        do { try session.db.rollback() } catch {
            // SQLite rolls back by itself when the connection cannot; the next transaction reports what is wrong.
        }
    }

    /// Whether another connection has committed since the last look; the remembered jobs are then forgotten.
    ///
    /// True at the first look, before which anything may have happened.
    /// Commits of this connection do not count. Source: https://www.sqlite.org/pragma.html#pragma_data_version
    func hasForeignCommit() throws -> Bool {
        let version = try session.first(Self.dataVersionQuery) { _ in
        } read: {
            $0.int64(0)
        }
        defer { dataVersion = version }
        if dataVersion == version { return false }
        cache.removeAll()
        return true
    }
}
