public import GRDB
internal import JobCore

/// The tables of a store in an SQLite file, as named migrations that are only ever appended to.
///
/// A program with a GRDB database of its own can keep jobs in the same file: it registers these migrations in its own
/// migrator, or calls ``migrate(_:)`` beside it. All names begin with `JobKit.`, all tables with `job`, except
/// `step_results` and `log_chunks`.
public enum SQLiteSchema {
    /// The prefix of the migrations' names.
    static let prefix = "JobKit."

    /// The names of all migrations, oldest first.
    public static let migrationNames = ["JobKit.1", "JobKit.2", "JobKit.3", "JobKit.4"]

    /// Adds the migrations to a migrator, after those that it has.
    public static func registerMigrations(in migrator: inout DatabaseMigrator) {
        // The tables are new, so there are no rows whose references a deferred check could find broken.
        migrator.registerMigration("JobKit.1", foreignKeyChecks: .immediate) { db in
            for statement in version1 { try db.execute(sql: statement) }
        }
        migrator.registerMigration("JobKit.2", foreignKeyChecks: .immediate) { db in
            for statement in version2 { try db.execute(sql: statement) }
        }
        migrator.registerMigration("JobKit.3", foreignKeyChecks: .immediate) { db in
            for statement in version3 { try db.execute(sql: statement) }
        }
        migrator.registerMigration("JobKit.4", foreignKeyChecks: .immediate) { db in
            for statement in version4 { try db.execute(sql: statement) }
        }
    }

    /// Brings a database to the newest schema; does nothing when it is there.
    ///
    /// Blocks the calling thread. Safe when several processes do it at once.
    ///
    /// - Throws: `QueueError` with code `newerSchema` when a newer JobKit has changed the file; `DatabaseError`.
    public static func migrate(_ writer: some DatabaseWriter) throws {
        var migrator = DatabaseMigrator()
        registerMigrations(in: &migrator)
        var attempt = 1
        while true {
            let applied = try writer.read { db in try appliedNames(db) }
            if let newer = applied.subtracting(migrationNames).sorted().last {
                throw QueueError(
                    .newerSchema, operation: "open",
                    detail: "the store was changed by a newer JobKit (schema \(newer), this program knows "
                        + "\(migrationNames.last ?? "none")); upgrade this program")
            }
            if applied.isSuperset(of: migrationNames) { return }
            do { return try migrator.migrate(writer) } catch {
                // Another process may have migrated between the look and the attempt; the next look tells.
                if attempt == 3 { throw error }
                attempt += 1
            }
        }
    }

    private static func appliedNames(_ db: Database) throws -> Set<String> {
        guard try db.tableExists("grdb_migrations") else { return [] }
        return try Set(
            String.fetchAll(
                db, sql: "SELECT identifier FROM grdb_migrations WHERE substr(identifier, 1, 7) = ?",
                arguments: [prefix]))
    }
}
