import GRDB
import Glibc
import JobCore
import JobSQLite
import Testing

/// A folder of its own for the files of one test; removed afterwards.
struct Folder {
    let path: String

    /// The path of a store in the folder.
    var store: String { path + "/jobs.sqlite" }

    static func with<Value>(_ body: (Folder) async throws -> Value) async throws -> Value {
        var template = Array("/tmp/jobkit-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = Folder(path: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        defer { folder.remove() }
        return try await body(folder)
    }

    /// Opens a GRDB pool of the test's own.
    func pool() throws -> DatabasePool { try DatabasePool(path: store) }

    private func remove() {
        for name in ["", "-wal", "-shm"] { unlink(store + name) }
        rmdir(path + "/inner")
        rmdir(path)
    }
}

extension JobSpec {
    /// A job of steps of a kind that no executor serves.
    static func test(_ name: String = "job", steps: Int = 1, _ adjust: (inout JobSpec) -> Void = { _ in }) -> JobSpec {
        var spec = JobSpec(name: name)
        spec.steps = (0..<steps).map {
            StepSpec(name: "step\($0)", action: .handler(HandlerAction(name: "test", input: [1, "two", nil])))
        }
        adjust(&spec)
        return spec
    }
}

extension SQLiteQueue {
    /// Claims jobs of the default queue.
    func take(_ limit: Int = 10, as worker: String = "worker") async throws -> [Claim] {
        try await claim(ClaimRequest(worker: worker, limit: limit, lease: .seconds(30)))
    }

    /// Waits for signals until there is a job to claim; they are hints and may come for nothing.
    func nextClaim(after signals: AsyncStream<Void>) async throws -> Claim {
        for await _ in signals {
            if let claim = try await take(1).first { return claim }
        }
        throw CancellationError()
    }

    /// Reports the remaining steps and the end of a claimed job.
    @discardableResult
    func complete(_ claim: Claim, output: StepOutput = .none) async throws -> Job {
        var events = (claim.job.cursor..<claim.job.spec.steps.count).map {
            JobEvent(.stepSucceeded(claim.key, step: $0, output: output), of: claim.job.id)
        }
        events.append(JobEvent(.succeeded(claim.key), of: claim.job.id))
        return try await apply(events)[events.count - 1].get()
    }
}

/// The error of a call that must fail.
func queueError(
    _ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> QueueError {
    let error = await #expect(throws: QueueError.self, sourceLocation: sourceLocation) { try await body() }
    return try #require(error, sourceLocation: sourceLocation)
}
