import Glibc
import JobCore
import JobSQLite
import Testing

/// A folder of its own for the files of one test; removed afterwards.
struct Folder {
    let path: String

    var store: String { path + "/jobs.sqlite" }

    static func with<Value>(_ body: (Folder) async throws -> Value) async throws -> Value {
        var template = Array("/tmp/jobkit-client-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = Folder(path: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        defer {
            for name in ["", "-wal", "-shm"] { unlink(folder.store + name) }
            rmdir(folder.path)
        }
        return try await body(folder)
    }
}

extension SQLiteQueue {
    /// Calls `body` with a new store in a file.
    static func with<Value: Sendable>(
        time: TimeSource = .system, _ body: (SQLiteQueue) async throws -> Value
    ) async throws -> Value {
        try await Folder.with { folder in
            let queue = try await SQLiteQueue.open(
                path: folder.store, options: SQLiteOptions(durability: .normal), time: time)
            let result: Result<Value, any Error>
            do { result = .success(try await body(queue)) } catch { result = .failure(error) }
            try await queue.close()
            return try result.get()
        }
    }
}
