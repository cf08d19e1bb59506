internal import JobCore
internal import JobSQLite
internal import Logging

extension StoreLocation {
    /// Whether a store may be made.
    enum Access {
        /// Only a store that is there.
        case existing
        /// A new one where there is none, with its folder.
        case creating
    }

    /// Calls `body` with the open store and closes it afterwards.
    ///
    /// - Throws: ``CommandFailure`` when a store that must be there is not; `QueueError`; whatever `body` throws.
    func withStore<Value: Sendable>(
        _ access: Access, logger: Logger = .silent, _ body: (any ServiceStore) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .memory: return try await body(MemoryQueue(logger: logger))
        case .server(let url, let server): return try await server.withStore(url) { try await body($0) }
        case .sqlite(let path):
            if access == .existing { try await Self.check(path) }
            let queue = try await SQLiteQueue.open(
                path: path, options: SQLiteOptions(createsFolder: access == .creating), logger: logger)
            let result: Result<Value, any Error>
            do { result = .success(try await body(queue)) } catch { result = .failure(error) }
            do {
                try await queue.close()
            } catch {
                // All that was acknowledged is stored; only tidying up failed.
                logger.warning("Closing the store failed", metadata: ["error": "\(error)"])
            }
            return try result.get()
        }
    }

    /// Refuses what is no store yet: a command that only looks shall not make one, least of all in others' databases.
    private static func check(_ path: String) async throws {
        guard ProcessEnvironment.exists(path) else {
            throw CommandFailure(.unavailable, "there is no store \(path); jobctl submit and jobctl run make one")
        }
        // What cannot be looked into tells more when it is opened.
        if let isStore = try? await SQLiteQueue.holdsStore(at: path), !isStore {
            throw CommandFailure(.unavailable, "\(path) holds no store; jobctl submit and jobctl run make one")
        }
    }
}
