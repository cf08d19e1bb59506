internal import GRDBSQLite
internal import JobCore

/// Binds a statement's parameters from left to right.
///
/// SQLite copies texts and blobs. A bind fails only when memory is out or the index is wrong; the first ends the
/// process anyway, the second is found by the first test that runs the statement.
struct Binder {
    private let statement: OpaquePointer
    private var index: Int32 = 0

    /// Tells SQLite to copy what is bound.
    ///
    /// The C macro is a cast that Swift does not import.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ statement: OpaquePointer) {
        self.statement = statement
    }

    mutating func bind(_ value: Int64) {
        index += 1
        sqlite3_bind_int64(statement, index, value)
    }

    mutating func bind(_ value: Int) { bind(Int64(value)) }

    mutating func bind(_ value: Bool) { bind(value ? Int64(1) : 0) }

    mutating func bind(_ value: Timestamp) { bind(value.microseconds) }

    mutating func bind(_ value: String) {
        index += 1
        var text = value
        _ = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                // An empty buffer may have no address, which SQLite would take for NULL.
                if let start = characters.baseAddress {
                    sqlite3_bind_text(statement, index, start, Int32(characters.count), Self.transient)
                } else {
                    sqlite3_bind_text(statement, index, "", 0, Self.transient)
                }
            }
        }
    }

    mutating func bind(_ value: [UInt8]) {
        index += 1
        _ = value.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                sqlite3_bind_blob(statement, index, start, Int32(bytes.count), Self.transient)
            } else {
                sqlite3_bind_zeroblob(statement, index, 0)
            }
        }
    }

    /// Binds UTF-8 bytes as text.
    mutating func bind(text value: [UInt8]) {
        index += 1
        value.withUnsafeBytes { bytes in
            let characters = bytes.bindMemory(to: CChar.self)
            sqlite3_bind_text(statement, index, characters.baseAddress, Int32(characters.count), Self.transient)
        }
    }

    mutating func bind(_ id: JobID) {
        index += 1
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2) { words in
            words[0] = id.high.bigEndian
            words[1] = id.low.bigEndian
            sqlite3_bind_blob(statement, index, words.baseAddress, 16, Self.transient)
        }
    }

    mutating func bind(_ value: Int64?) {
        if let value { bind(value) } else { bindNull() }
    }

    mutating func bind(_ value: Timestamp?) { bind(value?.microseconds) }

    mutating func bind(_ value: String?) {
        if let value { bind(value) } else { bindNull() }
    }

    mutating func bind(_ value: JSONValue?) {
        if let value { bind(text: value.utf8) } else { bindNull() }
    }

    mutating func bindNull() {
        index += 1
        sqlite3_bind_null(statement, index)
    }
}
