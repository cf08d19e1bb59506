internal import GRDB

extension SQLiteQueue {
    /// Whether a file is a database with the tables of a store; leaves it as it is.
    ///
    /// - Throws: `QueueError` when that cannot be told.
    public static func holdsStore(at path: String) async throws -> Bool {
        try await blocking(ErrorMapping(path: path)) {
            var configuration = Configuration()
            configuration.readonly = true
            let file = try DatabaseQueue(path: StorePath.real(path) ?? path, configuration: configuration)
            defer { try? file.close() }
            return try file.read { db in
                guard try db.tableExists("grdb_migrations") else { return false }
                let known = try String.fetchSet(db, sql: "SELECT identifier FROM grdb_migrations")
                return known.contains { $0.hasPrefix("JobKit.") }
            }
        }
    }

    /// The SQLite in use, for example `SQLite 3.40.1`.
    public static var libraryDescription: String {
        // 3040001 is 3.40.1. Source: https://www.sqlite.org/c3ref/c_source_id.html
        let number = Int(Database.sqliteLibVersionNumber)
        return "SQLite \(number / 1_000_000).\(number / 1_000 % 1_000).\(number % 1_000)"
    }
}
