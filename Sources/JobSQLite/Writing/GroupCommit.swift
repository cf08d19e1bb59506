internal import GRDB
internal import JobCore
internal import Synchronization

/// The one writer: drains all calls that wait into one transaction, so that many callers share one durable commit.
///
/// A commit costs about as much as twenty transitions, so calls that arrive while one runs wait for the next. A call
/// that fails does not hurt the others: the transaction is rolled back and the others run again, each by itself.
/// That is rare, and spares a savepoint for each call. When the commit fails, all calls of the batch fail and nothing
/// was acknowledged.
final class GroupCommit: Sendable {
    private struct State {
        var waiting: [any PendingCall] = []
        var isScheduled = false
        var isClosed = false
        var commits = 0
        /// Made by the first batch; only touched on the writer's queue.
        var writer: WriterState?
        /// Whether a call waits whose caller goes on at the commit.
        var isHurried = false
        /// How many callers wait for the disk.
        var unflushed = 0

        /// Whether it is better to wait for more calls: few would make a commit of their own while many are flushed.
        ///
        /// They would not be answered sooner by a commit now, as it would go with the next flush in any case. Waiting for
        /// as many would let the disk idle.
        var gathers: Bool { !isHurried && !isClosed && 2 * waiting.count < unflushed }
    }

    private let pool: DatabasePool
    private let clock: LeaseClock
    private let limits: StoreLimits
    private let cacheCapacity: Int
    private let errors: ErrorMapping
    private let foreignCommit: @Sendable () -> Void
    private let committed: @Sendable (StoreNews) -> Void
    /// Where commits are brought to the disk before they are acknowledged; nil where SQLite does that, or nobody.
    private let flush: LogFlush?
    private let state = Mutex(State())
    private let line = WaitingLine()

    /// The most calls in one transaction.
    private static let callsPerCommit = 1_000
    /// The most jobs, events or chunks in one transaction, unless one call alone has more.
    private static let weightPerCommit = 4_000

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - flush: brings commits to the disk; nil when the connection does so itself or need not.
    ///   - foreignCommit: called when another connection has committed since the last look.
    ///   - committed: called with what a call did, once others can see it; before the caller hears of it, unless that one
    ///     goes on at the commit.
    init(
        _ pool: DatabasePool, clock: LeaseClock, limits: StoreLimits, cacheCapacity: Int, errors: ErrorMapping,
        flush: LogFlush?, foreignCommit: @escaping @Sendable () -> Void,
        committed: @escaping @Sendable (StoreNews) -> Void
    ) {
        self.pool = pool
        self.clock = clock
        self.limits = limits
        self.cacheCapacity = cacheCapacity
        self.errors = errors
        self.flush = flush
        self.foreignCommit = foreignCommit
        self.committed = committed
    }

    /// How many transactions have been committed.
    var commits: Int { state.withLock(\.commits) }

    /// How many claims wait for jobs to be stored.
    var waitingClaims: Int { line.count }

    /// Runs a call in the next transaction and returns when what it did is on the disk.
    ///
    /// The call may run more than once, each time after the earlier run was rolled back. It is not stopped by a
    /// cancel of the task: what was asked for is done or has failed when this returns.
    ///
    /// - Parameters:
    ///   - weight: how many jobs, events or chunks the call is about.
    ///   - returnsAtCommit: whether to return as soon as others can see what it did.
    /// - Throws: ``QueueError``.
    func run<Value: Sendable>(
        _ operation: String, weight: Int, returnsAtCommit: Bool = false,
        _ body: @escaping @Sendable (StoreTransaction) throws -> Value
    ) async throws -> Committed<Value> {
        try await withUnsafeThrowingContinuation { continuation in
            let call = Call(
                operation: operation, weight: weight, returnsAtCommit: returnsAtCommit, body: body,
                continuation: continuation)
            let isClosed = state.withLock { state in
                if !state.isClosed {
                    state.waiting.append(call)
                    state.isHurried = state.isHurried || returnsAtCommit
                }
                return state.isClosed
            }
            if isClosed { return call.fail(errors.closed(operation)) }
            schedule()
        }
    }

    /// Runs a call in the first transaction that stores jobs of some named queues and gives the call something to do;
    /// returns as soon as others can see what it did.
    ///
    /// - Throws: ``QueueError``; `CancellationError` when the task is cancelled before.
    func runWhenStored<Value: Sendable>(
        _ operation: String, weight: Int, jobsOf queues: Set<String>,
        _ body: @escaping @Sendable (StoreTransaction) throws -> Value
    ) async throws -> Committed<Value> {
        let id = line.makeID()
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                let call = Call(
                    operation: operation, weight: weight, returnsAtCommit: true, body: body,
                    continuation: continuation)
                let isOpen = line.add(WaitingLine.Entry(id: id, queues: queues, call: call))
                if !isOpen { call.fail(errors.closed(operation)) }
            }
        } onCancel: {
            line.withdraw(id)
        }
    }

    /// Looks whether another connection has committed.
    ///
    /// The look takes the write lock: a watch of the log tells of a commit while its pages are being written, which is
    /// before others can see it. Whoever holds the lock then has the commit behind it.
    func probe() {
        pool.asyncWriteWithoutTransaction { [self] db in
            guard !state.withLock(\.isClosed) else { return }
            let writer = writerState(db)
            do {
                try writer.begin()
                let isForeign = try writer.hasForeignCommit()
                try writer.commit()
                if isForeign { foreignCommit() }
            } catch {
                // The next call meets the same trouble and reports it; until then a hint too many does no harm.
                writer.rollback()
                foreignCommit()
            }
        }
    }

    /// Lets the waiting calls finish and takes no more; afterwards no statement is left on the connection.
    func close() async {
        state.withLock { $0.isClosed = true }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            pool.asyncWriteWithoutTransaction { [self] db in
                while drain(db) {}
                for entry in line.close() { entry.call.fail(errors.closed(entry.call.operation)) }
                flush?.finish()
                state.withLock { $0.writer = nil }
                continuation.resume()
            }
        }
    }

    // MARK: On the writer's queue

    private func schedule() {
        let isFirst = state.withLock { state in
            guard !state.isScheduled, !state.waiting.isEmpty, !state.gathers else { return false }
            state.isScheduled = true
            return true
        }
        guard isFirst else { return }
        pool.asyncWriteWithoutTransaction { [self] db in
            let hasMore = drain(db)
            // One batch a turn, so that a program that shares the pool gets its turns too.
            if hasMore {
                state.withLock { $0.isScheduled = false }
                schedule()
            }
        }
    }

    /// Runs one batch; true when calls are left.
    private func drain(_ db: Database) -> Bool {
        let batch = state.withLock { state in
            var weight = 0
            var count = 0
            for call in state.waiting.prefix(Self.callsPerCommit) {
                // Claims may ask for any number.
                weight += min(call.weight, Self.weightPerCommit)
                if count > 0, weight > Self.weightPerCommit { break }
                count += 1
            }
            let batch = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            if state.waiting.isEmpty { state.isHurried = false }
            if batch.isEmpty { state.isScheduled = false }
            return batch
        }
        if !batch.isEmpty { commit(batch, writerState(db)) }
        return state.withLock { state in
            if state.waiting.isEmpty { state.isScheduled = false }
            return !state.waiting.isEmpty
        }
    }

    private func writerState(_ db: Database) -> WriterState {
        if let known = state.withLock(\.writer) { return known }
        let made = WriterState(Session(db), cache: JobCache(capacity: cacheCapacity))
        state.withLock { $0.writer = made }
        return made
    }

    /// Runs calls in one transaction, with waiting claims for what they store, and tells all how it went.
    private func commit(_ batch: [any PendingCall], _ writer: WriterState, isSecondRun: Bool = false) {
        var isForeign = false
        defer { if isForeign { foreignCommit() } }
        var answered = WaitingLine.Answered()
        do {
            if flush?.failure != nil { try repair(writer) }
            try writer.begin()
            isForeign = try writer.hasForeignCommit()
            // First, so that no lease seems to last longer than it does, however long this thread is kept waiting.
            let uptime = clock.uptime
            let transaction = StoreTransaction(
                writer.session, at: clock.read(), uptime: uptime, limits: limits, cache: writer.cache,
                trustsFreshIDs: !isSecondRun)
            for (index, call) in batch.enumerated() {
                do { try call.run(transaction) } catch {
                    writer.rollback()
                    return resume(batch, after: error, at: index, writer, isSecondRun: isSecondRun)
                }
            }
            do { try transaction.writePending() } catch {
                writer.rollback()
                return resume(batch, after: error, at: batch.endIndex, writer, isSecondRun: isSecondRun)
            }
            if !isSecondRun, line.count > 0 {
                let stored = batch.flatMap(\.news.enqueued).filter { !$0.isFinished }
                do { answered = try line.answer(stored, in: transaction) } catch {
                    // Whatever it was, what the calls did was sound, and they hear of nothing.
                    writer.rollback()
                    return runAlone(batch, writer)
                }
            }
            try transaction.finish()
            try writer.commit()
        } catch {
            writer.rollback()
            line.putBack(answered.entries)
            for call in batch { call.fail(errors.map(error, call.operation)) }
            return
        }
        state.withLock { $0.commits += 1 }
        line.end(answered.entries)
        acknowledge(batch, answered)
    }

    /// Tells the world at once, and the callers when what they asked for is on the disk, unless they look after that.
    ///
    /// - Parameter answered: the waiting claims that had a part in it; nobody else need look for what they leased.
    private func acknowledge(_ calls: [any PendingCall], _ answered: WaitingLine.Answered) {
        let batch = calls + answered.entries.map(\.call)
        let tell: @Sendable () -> Void = { [committed] in
            for call in batch {
                var news = call.news
                news.leased = answered.leased
                committed(news)
            }
        }
        guard let flush else {
            tell()
            for call in batch { call.succeed(nil) }
            return
        }
        // Under load the world is told on the flushing thread, so that the writer can go on.
        let isToldNow = calls.count == 1
        let ticket = batch.contains(where: \.returnsAtCommit) ? FlushTicket() : nil
        // Who waits the shortest comes first.
        for call in batch where call.returnsAtCommit { call.succeed(ticket) }
        if isToldNow { tell() }
        let waiters = batch.count { !$0.returnsAtCommit }
        state.withLock { $0.unflushed += waiters }
        flush.add(
            LogFlush.Request {
                if !isToldNow { tell() }
            } after: { [self, errors] failure in
                state.withLock { $0.unflushed -= waiters }
                ticket?.end(failure)
                for call in batch where !call.returnsAtCommit {
                    if let failure {
                        call.fail(errors.map(failure, call.operation))
                    } else {
                        call.succeed(nil)
                    }
                }
                schedule()
            })
    }

    /// After a failed flush: brings all commits into the database file, so that a hole in the log harms nobody.
    private func repair(_ writer: WriterState) throws {
        guard try writer.checkpoint() else { throw DatabaseError(resultCode: .SQLITE_BUSY) }
        flush?.repaired()
    }

    /// After a rollback: one call fails, the others run again, each by itself so that nothing is tried a third time.
    ///
    /// Where it is not known whose fault it was, all run again.
    private func resume(
        _ batch: [any PendingCall], after error: any Error, at index: Int, _ writer: WriterState, isSecondRun: Bool
    ) {
        if isSecondRun || errors.concernsWholeStore(error) {
            for call in batch { call.fail(errors.map(error, call.operation)) }
            return
        }
        let isKnown = !(error is StaleRow || error is PendingRowsFailure)
        var others = batch
        if isKnown, batch.indices.contains(index) {
            let call = others.remove(at: index)
            call.fail(errors.map(error, call.operation))
        }
        runAlone(others, writer)
    }

    /// Runs calls again, each in a transaction of its own.
    private func runAlone(_ calls: [any PendingCall], _ writer: WriterState) {
        for call in calls { commit([call], writer, isSecondRun: true) }
    }
}
