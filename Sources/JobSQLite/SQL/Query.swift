/// One SQL text, prepared once for each connection that uses it.
///
/// A class, so that its identity finds the prepared statement without hashing the text.
final class Query: Sendable {
    let sql: String

    init(_ sql: String) {
        self.sql = sql
    }
}
