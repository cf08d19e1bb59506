internal import JobCore
internal import Synchronization

/// The claims that wait for jobs to be stored, in the order in which they came.
///
/// They only save a way: whatever goes wrong with one, it waits on, and its caller hears of the jobs by a signal.
final class WaitingLine: Sendable {
    /// A claim in the line.
    struct Entry: Sendable {
        let id: UInt64
        /// The named queues whose jobs it waits for.
        let queues: Set<String>
        let call: any PendingCall
        fileprivate var isTaken = false
        fileprivate var isWithdrawn = false

        init(id: UInt64, queues: Set<String>, call: any PendingCall) {
            self.id = id
            self.queues = queues
            self.call = call
        }
    }

    private struct State {
        var entries: [Entry] = []
        var lastID: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// A number for a claim that is about to wait.
    func makeID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    var count: Int { state.withLock(\.entries.count) }

    /// Puts a claim at the end; false when the line is closed.
    ///
    /// In a cancelled task it fails at once, as does one that is withdrawn.
    func add(_ entry: Entry) -> Bool {
        let (isClosed, isCancelled) = state.withLock { state in
            // Looked at here, as a cancellation that came before found nothing to withdraw.
            let isCancelled = Task.isCancelled
            if !state.isClosed, !isCancelled { state.entries.append(entry) }
            return (state.isClosed, isCancelled)
        }
        if !isClosed, isCancelled { entry.call.fail(CancellationError()) }
        return !isClosed
    }

    /// Lets a claim wait no longer; one that is being answered gets its answer, unless it turns out to be none.
    func withdraw(_ id: UInt64) {
        let entry: Entry? = state.withLock { state in
            guard let index = state.entries.firstIndex(where: { $0.id == id }) else { return nil }
            guard !state.entries[index].isTaken else {
                state.entries[index].isWithdrawn = true
                return nil
            }
            return state.entries.remove(at: index)
        }
        entry?.call.fail(CancellationError())
    }

    /// Runs claims in the transaction that has stored some jobs, until those are used up.
    ///
    /// - Returns: those that found something to do, to be ended with the commit or put back.
    /// - Throws: what a claim throws; then all wait on.
    func answer(_ stored: [Job], in transaction: StoreTransaction) throws -> Answered {
        var answered = Answered()
        var left = take(for: Set(stored.map(\.queue)))
        do {
            while !left.isEmpty, answered.leased.count < stored.count {
                try left[0].call.run(transaction)
                let entry = left.removeFirst()
                let news = entry.call.news
                if news.isEmpty {
                    putBack([entry])
                } else {
                    answered.entries.append(entry)
                    answered.leased.formUnion(news.transitions.map(\.job.id))
                }
            }
        } catch {
            putBack(answered.entries + left)
            throw error
        }
        putBack(left)
        return answered
    }

    /// Claims that a transaction has answered.
    struct Answered: Sendable {
        var entries: [Entry] = []
        /// The jobs that they have got.
        var leased: Set<JobID> = []
    }

    private func take(for queues: Set<String>) -> [Entry] {
        state.withLock { state in
            let indices = state.entries.indices.filter { !state.entries[$0].queues.isDisjoint(with: queues) }
            for index in indices { state.entries[index].isTaken = true }
            return indices.map { state.entries[$0] }
        }
    }

    /// Lets claims wait on whose transaction came to nothing.
    func putBack(_ entries: [Entry]) {
        if entries.isEmpty { return }
        let ids = Set(entries.map(\.id))
        let withdrawn = state.withLock { state in
            for index in state.entries.indices where ids.contains(state.entries[index].id) {
                state.entries[index].isTaken = false
            }
            let withdrawn = state.entries.filter { ids.contains($0.id) && $0.isWithdrawn }
            state.entries.removeAll { ids.contains($0.id) && $0.isWithdrawn }
            return withdrawn
        }
        for entry in withdrawn { entry.call.fail(CancellationError()) }
    }

    /// Removes claims whose callers are about to be answered.
    func end(_ entries: [Entry]) {
        if entries.isEmpty { return }
        let ids = Set(entries.map(\.id))
        state.withLock { $0.entries.removeAll { ids.contains($0.id) } }
    }

    /// Takes no more, and hands out all that wait.
    func close() -> [Entry] {
        state.withLock { state in
            state.isClosed = true
            defer { state.entries = [] }
            return state.entries
        }
    }
}
