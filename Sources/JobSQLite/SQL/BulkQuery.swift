/// One statement in several sizes: for one row, and for many at once.
///
/// Each run of a statement opens its table and all indexes anew, which costs as much as writing a row does.
final class BulkQuery: Sendable {
    /// The most rows of one statement.
    static let mostRows = sizes[0]
    private static let sizes = [64, 16, 4, 1]
    /// About how many bytes are gathered for one statement, which SQLite copies.
    static let usualBytes = 256 << 10

    private let queries: [(rows: Int, query: Query)]

    /// Makes the sizes of a statement.
    ///
    /// - Parameter sql: the statement for a number of rows.
    init(_ sql: (_ rows: Int) -> String) {
        queries = Self.sizes.map { ($0, Query(sql($0))) }
    }

    /// So many placeholders, each one value or a list in brackets, with commas between them.
    static func list(_ placeholder: String, _ rows: Int) -> String {
        Array(repeating: placeholder, count: rows).joined(separator: ", ")
    }

    /// Calls a body for parts of a range, each with the statement of its size, until the range is used up.
    func forEachPart(of range: Range<Int>, _ body: (Query, Range<Int>) throws -> Void) rethrows {
        var start = range.lowerBound
        for (rows, query) in queries {
            while start + rows <= range.upperBound {
                try body(query, start..<start + rows)
                start += rows
            }
        }
    }
}
