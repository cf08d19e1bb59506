internal import GRDB

extension SQLiteQueue {
    /// The SQLite in use, for example `SQLite 3.40.1`.
    public static var libraryDescription: String {
        // 3040001 is 3.40.1. Source: https://www.sqlite.org/c3ref/c_source_id.html
        let number = Int(Database.sqliteLibVersionNumber)
        return "SQLite \(number / 1_000_000).\(number / 1_000 % 1_000).\(number % 1_000)"
    }
}
