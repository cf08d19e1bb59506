internal import Dispatch
public import GRDB
public import JobCore
public import Logging

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension SQLiteQueue {
    /// Opens a store, making it when the file does not exist, with access for its user alone.
    ///
    /// - Parameters:
    ///   - path: the file; SQLite keeps two more beside it, with `-wal` and `-shm` at the end of their names.
    ///   - options: durability, limits and waits.
    ///   - time: where the time comes from.
    ///   - logger: where lines about jobs go.
    /// - Throws: `QueueError`: `unavailable`, `notPermitted`, `readOnly`, `full`, `corrupt`, `newerSchema`, `busy`.
    public static func open(
        path: String, options: SQLiteOptions = SQLiteOptions(), time: TimeSource = .system,
        logger: Logger = .silent
    ) async throws -> SQLiteQueue {
        try await open(path: path, options: options, time: time, logger: logger, temporaryFolder: nil)
    }

    /// Opens a new store in a folder of its own, which closing removes; for tests.
    ///
    /// - Throws: `QueueError`.
    public static func temporary(
        time: TimeSource = .system, options: SQLiteOptions = SQLiteOptions(),
        logger: Logger = .silent
    ) async throws -> SQLiteQueue {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/jobkit-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw QueueError(
                .unavailable, operation: "open",
                detail: "no folder can be made in \(parent): \(String(cString: strerror(errno)))")
        }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return try await open(
            path: "\(folder)/jobs.sqlite", options: options, time: time, logger: logger, temporaryFolder: folder)
    }

    /// Makes a queue in a program's own database, beside the program's tables.
    ///
    /// The pool stays the program's: its durability (`PRAGMA synchronous`) and its busy mode are not changed, and
    /// ``close()`` leaves it open. GRDB sets `NORMAL`, with which acknowledged jobs may be lost with the power; set
    /// `FULL` in the pool's configuration where they must not. Jobs can be stored together with the program's own rows
    /// by ``enqueue(_:in:)``.
    ///
    /// Register JobKit's migrations in the program's own migrator as well (``SQLiteSchema/registerMigrations(in:)``):
    /// otherwise GRDB takes them for those of a newer program, and `eraseDatabaseOnSchemaChange` erases the file.
    ///
    /// - Parameters:
    ///   - pool: writes to the file, at least one connection of it at a time.
    ///   - options: the retention and the limits; `durability`, `busyTimeout`, `createsFolder` and `readers` are the
    ///     pool's own affair.
    ///   - time: the clock.
    ///   - logger: hears of trouble that concerns no call.
    /// - Throws: `QueueError`.
    public static func over(
        _ pool: DatabasePool, options: SQLiteOptions = SQLiteOptions(), time: TimeSource = .system,
        logger: Logger = .silent
    ) async throws -> SQLiteQueue {
        try await blocking(ErrorMapping(path: pool.path)) { try SQLiteSchema.migrate(pool) }
        return SQLiteQueue(
            pool: pool, options: options, time: time, telemetry: JobTelemetry(logger: logger),
            life: Life(ownsPool: false))
    }

    /// Opens a store whose log is flushed by a function of the caller's; for tests of what happens around it.
    package static func open(path: String, flush: @escaping LogFlush.Flush) async throws -> SQLiteQueue {
        try await open(
            path: path, options: SQLiteOptions(), time: .system, logger: .silent, temporaryFolder: nil, flush: flush)
    }

    private static func open(
        path: String, options: SQLiteOptions, time: TimeSource, logger: Logger, temporaryFolder: String?,
        flush: @escaping LogFlush.Flush = LogFlush.toDisk
    ) async throws -> SQLiteQueue {
        let pool = try await blocking(ErrorMapping(path: path)) {
            let file = try StorePath(path: path).prepare(createsFolder: options.createsFolder)
            let pool = try DatabasePool(path: file, configuration: configuration(options))
            try synchronise(pool, "FULL")
            try SQLiteSchema.migrate(pool)
            // From here on commits are brought to the disk beside the writer.
            try synchronise(pool, "NORMAL")
            return pool
        }
        let flush = options.durability == .full ? LogFlush(path: pool.path + "-wal", flush: flush) : nil
        return SQLiteQueue(
            pool: pool, options: options, time: time, telemetry: JobTelemetry(logger: logger),
            life: Life(ownsPool: true, temporaryFolder: temporaryFolder, flush: flush))
    }

    private static func synchronise(_ pool: DatabasePool, _ mode: String) throws {
        try pool.writeWithoutTransaction { db in
            // Writing to a new file is the first time that some read-only file systems are noticed.
            try db.execute(sql: "PRAGMA synchronous = \(mode)")
        }
    }

    private static func configuration(_ options: SQLiteOptions) -> Configuration {
        var configuration = Configuration()
        configuration.label = "JobKit"
        configuration.maximumReaderCount = max(1, options.readers)
        configuration.busyMode = .timeout(max(0, options.busyTimeout.inSeconds))
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -16000")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            // 16 MiB of log instead of 4: a page that many transactions change is written back once.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
        }
        return configuration
    }

    /// Runs a blocking call on one of Dispatch's own threads, off the cooperative pool.
    static func blocking<Value: Sendable>(
        _ errors: ErrorMapping, operation: String = "open", _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                do {
                    continuation.resume(returning: try body())
                } catch {
                    continuation.resume(throwing: errors.map(error, operation))
                }
            }
        }
    }

    /// Small logs are left for the next program: reading them is cheaper than bringing them into the file.
    private static let largestLogLeft = 1 << 20

    private static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Closes the connections and removes a temporary store.
    func closeFiles(removing folder: String?) async throws {
        try await Self.blocking(errors, operation: "close") { [pool] in
            // Whoever opens the file first reads the whole log that is left. Only a writer that is the last connection
            // can bring it into the file, and the pool would close its writer first.
            if Self.size(of: pool.path + "-wal") > Self.largestLogLeft { pool.invalidateReadOnlyConnections() }
            try pool.close()
            guard let folder else { return }
            for suffix in ["", "-wal", "-shm"] { unlink(pool.path + suffix) }
            rmdir(folder)
        }
    }
}
