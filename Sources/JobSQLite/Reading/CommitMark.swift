internal import GRDB
internal import GRDBSQLite
internal import Synchronization

/// What changes with each commit to a file, by whatever process, and is read without a call to SQLite: the first copy of
/// the header of the write-ahead log's index, which SQLite shares between processes in memory.
///
/// Two equal marks mean that nothing was committed between the two looks: the header holds a counter of transactions,
/// the log's salts and a checksum. A look in the middle of a commit gives a mark that no other look gives.
///
/// Source: https://www.sqlite.org/walformat.html#the_wal_index_header
struct CommitMark: Hashable {
    private let words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

    static func == (left: CommitMark, right: CommitMark) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) { hasher.combine(words.1) }

    /// Looks at the shared memory.
    fileprivate init(_ header: UnsafeRawPointer) {
        func word(_ index: Int) -> UInt64 { header.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
        words = (word(0), word(1), word(2), word(3), word(4), word(5))
    }

    /// Where the marks of a file are read; valid as long as the connections that it was made with.
    struct Source: @unchecked Sendable {
        // Mapped by SQLite into this process until the last connection to the file is closed, and only read here.
        private let header: UnsafeRawPointer

        /// The source of a pool's file; nil where SQLite does not share its index in memory.
        ///
        /// Asks SQLite's own file object, because a second descriptor on that file would, when closed, drop the locks
        /// that SQLite holds on it.
        init?(_ pool: DatabasePool) {
            let found: UnsafeMutableRawPointer? = pool.unsafeReentrantWrite { db in
                var file: UnsafeMutablePointer<sqlite3_file>?
                guard
                    sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK,
                    let file, let methods = file.pointee.pMethods, methods.pointee.iVersion >= 2,
                    let map = methods.pointee.xShmMap
                else { return nil }
                var region: UnsafeMutableRawPointer?
                // The size is the one that SQLite itself maps; nothing is made where there is nothing yet.
                guard map(file, 0, 32_768, 0, &region) == SQLITE_OK else { return nil }
                return region
            }
            guard let found else { return nil }
            header = UnsafeRawPointer(found)
        }

        /// The mark of the latest commit.
        var now: CommitMark { CommitMark(header) }
    }
}
