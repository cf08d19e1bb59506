internal import Logging
internal import Synchronization

/// What leaves a runner for its store: settled events and log chunks of all runs, written together in batches.
///
/// One loop writes, so a run's log lines are stored before the event that ends its lease. What gathers while a write
/// is under way goes with the next one; output waits a moment for more, events do not. A write that fails is repeated
/// until it succeeds or the lease is lost. Callers are held back while too much waits.
final class Outbox: Sendable {
    typealias Write = @Sendable ([JobEvent], [LogChunk]) async throws -> [Result<Job, TransitionRefused>]
    typealias StoreResult = Result<Job, TransitionRefused>

    /// Events of one run that belong together.
    struct Parcel {
        let run: RunControl
        /// How many events it has.
        let count: Int
        /// Who waits for the result of the last event; nil when the run ends with it.
        let waiter: CheckedContinuation<StoreResult, Never>?

        var isLast: Bool { waiter == nil }
    }

    struct State {
        var parcels: [Parcel] = []
        /// The events of all parcels, in their order.
        var events: [JobEvent] = []
        var chunks: [LogChunk] = []
        /// Where the newest chunk of a run lies in `chunks`, so that small outputs become one chunk.
        var newest: [RunID: Int] = [:]
        var nextNumber: [RunID: Int] = [:]
        /// The runs that have printed and not ended.
        var printing: [RunID: RunControl] = [:]
        var bytes = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
        /// How many parcels are worth waking the loop for while it lets them gather; 1 otherwise.
        var wantedParcels = 1
        var isClosed = false
    }

    let state = Mutex(State())
    let bell = Bell()
    let write: Write
    let keepsLogs: Bool
    let time: TimeSource
    let random: RandomSource
    let logger: Logger
    let observer: Observer
    /// The clock of ``writeInterval``, which spares the machine and is no part of what jobs see: where a test's clock
    /// stands still, results are stored all the same.
    let pace = TimeSource.system

    /// What the runner does around each write.
    struct Observer: Sendable {
        /// How many runs may still bring something.
        var activeRuns: @Sendable () -> Int
        /// The ends of these runs are about to be written.
        var departing: @Sendable ([RunID]) -> Void
        /// The store has refused the end of a run.
        var refused: @Sendable (RunControl, TransitionRefused) -> Void
        /// The replies of a write have been given, and these runs have ended.
        var answered: @Sendable ([RunID]) -> Void
    }

    /// How long output waits for more, so that a chatty step does not cause a write for each line.
    static let gatherTime = Duration.milliseconds(50)
    /// How long after a write the next one waits for half of the runs to bring their results.
    ///
    /// A commit costs as much processor time as starting a small program. A worker of few slots never waits, and in
    /// one of many the other half works on meanwhile.
    static let writeInterval = Duration.milliseconds(10)
    static let chunkBytes = 64 << 10
    static let bytesHeld = 4 << 20
    static let parcelsPerWrite = 1_000

    /// Makes an empty outbox.
    ///
    /// - Parameter observer: what is called around each write.
    init(
        write: @escaping Write, keepsLogs: Bool, time: TimeSource, random: RandomSource, logger: Logger,
        observer: Observer
    ) {
        self.write = write
        self.keepsLogs = keepsLogs
        self.time = time
        self.random = random
        self.logger = logger
        self.observer = observer
    }

    // MARK: Callers

    /// Takes output of a run; suspends while too much waits to be written.
    func log(_ bytes: [UInt8], stream: LogEntry.Stream, step: Int?, key: LeaseKey, of run: RunControl) async {
        guard keepsLogs, !bytes.isEmpty else { return }
        let isFull = state.withLock { state in
            state.printing[run.id] = run
            Self.add(bytes, stream: stream, step: step, key: key, of: run.id, at: time.now, to: &state)
            return state.bytes > Self.bytesHeld
        }
        bell.ring()
        guard isFull else { return }
        await withCheckedContinuation { continuation in
            let mayGoOn = state.withLock { state in
                if state.bytes <= Self.bytesHeld || state.isClosed { return true }
                state.waiters.append(continuation)
                return false
            }
            if mayGoOn { continuation.resume() }
        }
    }

    /// Writes an event and suspends until it is stored or refused; not affected by cancellation.
    func settle(_ event: JobEvent, of run: RunControl) async -> StoreResult {
        await withCheckedContinuation { add(event, nil, of: run, waiter: $0) }
    }

    /// Writes the last event of a run, or the last two.
    func end(_ run: RunControl, with event: JobEvent, _ last: JobEvent?) {
        add(event, last, of: run, waiter: nil)
    }

    private func add(
        _ event: JobEvent, _ last: JobEvent?, of run: RunControl, waiter: CheckedContinuation<StoreResult, Never>?
    ) {
        let isAwaited = state.withLock { state in
            state.parcels.append(Parcel(run: run, count: last == nil ? 1 : 2, waiter: waiter))
            state.events.append(event)
            if let last { state.events.append(last) }
            return state.parcels.count >= state.wantedParcels
        }
        if isAwaited { bell.ring() }
    }

    /// Forgets runs that have ended.
    func forget(_ runs: [RunID]) {
        state.withLock { state in
            if state.printing.isEmpty { return }
            for run in runs {
                state.nextNumber[run] = nil
                state.newest[run] = nil
                state.printing[run] = nil
            }
        }
    }

    /// Lets ``run()`` end when everything is written.
    func close() {
        state.withLock { $0.isClosed = true }
        bell.ring()
    }

    private static func add(
        _ bytes: [UInt8], stream: LogEntry.Stream, step: Int?, key: LeaseKey, of run: RunID, at now: Timestamp,
        to state: inout State
    ) {
        state.bytes += bytes.count
        if let index = state.newest[run] {
            let last = state.chunks[index].entry
            if last.stream == stream, last.step == step, last.bytes.count + bytes.count <= chunkBytes {
                state.chunks[index].entry.bytes.append(contentsOf: bytes)
                return
            }
        }
        let number = state.nextNumber[run] ?? 0
        state.nextNumber[run] = number + 1
        state.newest[run] = state.chunks.count
        let entry = LogEntry(time: now, step: step, attempt: run.generation, stream: stream, bytes: bytes)
        state.chunks.append(LogChunk(job: run.job, key: key, number: number, entry: entry))
    }

    // MARK: The writing loop

    /// Writes until ``close()`` was called and nothing is left.
    func run() async {
        // The next write begins while those who wait for the last one are answered: the store has nothing to do
        // meanwhile.
        await withDiscardingTaskGroup { group in
            var lastWrite: Duration?
            while await hasWork() {
                // Runs that end in this moment come along.
                await Task.yield()
                if let lastWrite { await gatherParcels(until: lastWrite + Self.writeInterval) }
                lastWrite = pace.uptime
                let answers = await writeBatch()
                group.addTask { self.give(answers) }
            }
        }
    }

    /// Waits until there is something to write; false when nothing will come any more.
    private func hasWork() async -> Bool {
        while true {
            let (hasParcels, bytes, isClosed) = state.withLock { (!$0.parcels.isEmpty, $0.bytes, $0.isClosed) }
            if hasParcels { return true }
            if bytes > 0 {
                if bytes < Self.chunkBytes, !isClosed { await gather() }
                return true
            }
            if isClosed { return false }
            await bell.wait(atMost: nil, on: time)
        }
    }

    /// Lets output gather; ends early when an event or much output comes.
    private func gather() async {
        let end = time.uptime + Self.gatherTime
        while true {
            let rest = end - time.uptime
            if rest <= .zero || Task.isCancelled { return }
            await bell.wait(atMost: rest, on: time)
            let isUrgent = state.withLock {
                !$0.parcels.isEmpty || $0.bytes >= Self.chunkBytes || $0.isClosed
            }
            if isUrgent { return }
        }
    }

    /// Lets parcels gather until a time; ends early when half of the runs have brought theirs.
    private func gatherParcels(until end: Duration) async {
        while true {
            let rest = end - pace.uptime
            if rest <= .zero || Task.isCancelled { break }
            let wanted = min(Self.parcelsPerWrite, observer.activeRuns() / 2)
            let mayGather = state.withLock { state in
                guard state.parcels.count < wanted, state.bytes < Self.bytesHeld, !state.isClosed else { return false }
                state.wantedParcels = wanted
                return true
            }
            if !mayGather { break }
            await bell.wait(atMost: rest, on: pace)
        }
        state.withLock { $0.wantedParcels = 1 }
    }
}
