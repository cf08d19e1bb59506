internal import GRDBSQLite
internal import JobCore

/// The current row of a running query; valid until the query's next step.
struct ResultRow {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) {
        self.statement = statement
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }

    func bool(_ column: Int32) -> Bool { sqlite3_column_int64(statement, column) != 0 }

    func time(_ column: Int32) -> Timestamp { Timestamp(microseconds: int64(column)) }

    func optionalInt(_ column: Int32) -> Int? { isNull(column) ? nil : int(column) }

    func optionalTime(_ column: Int32) -> Timestamp? { isNull(column) ? nil : time(column) }

    func text(_ column: Int32) -> String { String(decoding: buffer(column), as: UTF8.self) }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func bytes(_ column: Int32) -> [UInt8] { Array(buffer(column)) }

    /// How many bytes a text or blob has.
    func byteCount(_ column: Int32) -> Int { Int(sqlite3_column_bytes(statement, column)) }

    /// A stored JSON text; nil when the column is null.
    ///
    /// - Throws: `JSONSyntaxError` when the file was damaged or written by something else.
    func json(_ column: Int32) throws -> JSONValue? {
        isNull(column) ? nil : try JSONParser.parse(bytes(column), depthLimit: 1_000)
    }

    /// An id; nil when the column does not hold sixteen bytes.
    func jobID(_ column: Int32) -> JobID? {
        let bytes = buffer(column)
        guard bytes.count == 16 else { return nil }
        return JobID(
            high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    /// A column's bytes without a copy; valid until the next step.
    private func buffer(_ column: Int32) -> UnsafeRawBufferPointer {
        guard let start = sqlite3_column_blob(statement, column) else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }
}
