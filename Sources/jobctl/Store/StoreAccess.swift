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
            if access == .existing, !ProcessEnvironment.exists(path) {
                throw CommandFailure(.unavailable, "there is no store \(path); jobctl submit and jobctl run make one")
            }
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
}
