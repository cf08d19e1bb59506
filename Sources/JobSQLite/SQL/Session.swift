internal import GRDB
internal import GRDBSQLite

/// One connection with its prepared statements.
///
/// GRDB prepares, owns and finalises the statements and serialises the connection. Binding and stepping go to SQLite
/// directly: boxing each value as GRDB does costs more than the b-tree work of a transition. GRDB's observation of
/// single rows therefore does not see what is written here; queue signals tell instead.
///
/// Confined to the connection's dispatch queue, like the `Database` that it wraps.
final class Session {
    let db: Database
    /// Holds the queries too: an identity is only unique while its object lives.
    private var statements: [ObjectIdentifier: (query: Query, statement: Statement)] = [:]

    init(_ db: Database) {
        self.db = db
    }

    /// Runs a statement that returns no rows.
    ///
    /// - Returns: how many rows it changed.
    @discardableResult
    func execute(_ query: Query, _ bind: (inout Binder) -> Void = { _ in }) throws -> Int {
        let pointer = try prepare(query, bind)
        defer {
            sqlite3_reset(pointer)
            // What was bound would stay until the next run, large or not.
            sqlite3_clear_bindings(pointer)
        }
        while try step(pointer, query) {}
        return db.changesCount
    }

    /// The first row of a query; nil when there is none.
    func first<Value>(
        _ query: Query, _ bind: (inout Binder) -> Void, read: (ResultRow) throws -> Value
    ) throws -> Value? {
        let pointer = try prepare(query, bind)
        defer { sqlite3_reset(pointer) }
        return try step(pointer, query) ? try read(ResultRow(pointer)) : nil
    }

    /// All rows of a query.
    func all<Value>(
        _ query: Query, _ bind: (inout Binder) -> Void = { _ in }, read: (ResultRow) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try forEach(query, bind) { row in
            values.append(try read(row))
            return true
        }
        return values
    }

    /// Visits the rows of a query until the visitor returns false.
    func forEach(_ query: Query, _ bind: (inout Binder) -> Void, visit: (ResultRow) throws -> Bool) throws {
        let pointer = try prepare(query, bind)
        defer { sqlite3_reset(pointer) }
        while try step(pointer, query), try visit(ResultRow(pointer)) {}
    }

    /// Begins or ends a transaction, in GRDB's sight, which tells its observers.
    func control(_ query: Query) throws {
        let statement = try statement(query)
        // Or the next run would begin with this one's error. Source: https://www.sqlite.org/c3ref/reset.html
        defer { sqlite3_reset(statement.sqliteStatement) }
        try statement.execute()
    }

    private func statement(_ query: Query) throws -> Statement {
        if let known = statements[ObjectIdentifier(query)] { return known.statement }
        let statement = try db.cachedStatement(sql: query.sql)
        statements[ObjectIdentifier(query)] = (query, statement)
        return statement
    }

    private func prepare(_ query: Query, _ bind: (inout Binder) -> Void) throws -> OpaquePointer {
        let pointer = try statement(query).sqliteStatement
        var binder = Binder(pointer)
        bind(&binder)
        return pointer
    }

    private func step(_ pointer: OpaquePointer, _ query: Query) throws -> Bool {
        let code = sqlite3_step(pointer)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(db.sqliteConnection)),
                message: String(cString: sqlite3_errmsg(db.sqliteConnection)), sql: query.sql)
        }
    }
}
