internal import GRDB
internal import JobCore
internal import Synchronization

/// Reads jobs by their ids for many callers at once: the calls that come while a read is on its way share the next.
///
/// Handing a read to another thread and back costs several times what reading a row does. A call is only answered by
/// a read that began after it, so everybody sees what was committed before they asked.
final class GroupRead: Sendable {
    private struct Call {
        let id: JobID
        let continuation: CheckedContinuation<Job?, any Error>
    }

    private struct State {
        var waiting: [Call] = []
        var readers = 0
    }

    /// How many reads go on at a time; with more, each would be for fewer callers.
    private static let most = 2
    /// How many calls share a read, so that none waits long for the others' rows.
    private static let largest = 256

    private let pool: DatabasePool
    private let recent: RecentReads
    private let state = Mutex(State())

    /// Makes a reader.
    ///
    /// - Parameter marks: where commits are told; nil where they cannot be.
    init(_ pool: DatabasePool, marks: CommitMark.Source?) {
        self.pool = pool
        recent = RecentReads(marks)
    }

    /// The job of an id as of now; nil when there is none.
    ///
    /// - Throws: what GRDB throws; `CancellationError` when the task was cancelled before.
    func job(_ id: JobID) async throws -> Job? {
        try Task.checkCancellation()
        if let job = recent.job(id) { return job }
        return try await withCheckedThrowingContinuation { continuation in
            let begins = state.withLock { state in
                state.waiting.append(Call(id: id, continuation: continuation))
                guard state.readers < Self.most else { return false }
                state.readers += 1
                return true
            }
            if begins { readOn() }
        }
    }

    /// Looks at the shared memory of the connections no more; must come before they are closed.
    func close() {
        recent.close()
    }

    /// Reads for those who wait, until nobody does.
    private func readOn() {
        let calls = state.withLock { state in
            let calls = Array(state.waiting.prefix(Self.largest))
            state.waiting.removeFirst(calls.count)
            if calls.isEmpty { state.readers -= 1 }
            return calls
        }
        if calls.isEmpty { return }
        let mark = recent.mark()
        pool.asyncRead { database in
            self.answer(calls, database, mark)
            self.readOn()
        }
    }

    private func answer(_ calls: [Call], _ database: Result<Database, any Error>, _ mark: CommitMark?) {
        // Many of them may ask for the same job.
        var found: [JobID: Result<StoredJob?, any Error>] = [:]
        let session = database.map(Session.init)
        for call in calls where found[call.id] == nil {
            found[call.id] = session.flatMap { session in Result { try session.job(call.id) } }
        }
        recent.keep(found.values.compactMap { try? $0.get() }, readSince: mark)
        for call in calls {
            call.continuation.resume(with: (found[call.id] ?? .success(nil)).map { $0?.job })
        }
    }
}
