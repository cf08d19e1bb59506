public import JobCore
public import Testing

/// A place to test jobs on: a store, a worker, a clock that stands still and executors that play scripts.
///
/// The worker is the real `JobRunner`; nothing of its rules is imitated. It works only while one of the driving calls
/// runs, and time passes only there: ``drain(includingScheduled:upTo:sourceLocation:)``, ``runOne()``, ``runStep()``,
/// ``advance(by:)`` and ``wait(for:toBe:within:)``. Each returns when nothing more will happen by itself, so a test
/// neither sleeps nor polls, and runs the same way every time:
///
/// ```swift
/// let bench = TestBench()
/// bench.register(charge) { order, _ in try await payments.charge(order) }
/// let job = try await bench.enqueue(charge, Order(id: 7)) { $0.retry.limit = 3 }
/// let summary = try await bench.drain(includingScheduled: true)
/// #expect(summary == DrainSummary(attempts: 2, succeeded: 1, retried: 1))
/// #expect(bench.backoffs(of: job.id) == [.seconds(1)])
/// ```
///
/// A bench shares nothing with others, so tests may run side by side. Handlers must take their time from
/// ``ManualTime/source`` of ``time``; a handler that waits for something outside (real I/O) holds the driving call up
/// until it comes.
public final class TestBench: Sendable {
    /// How a bench behaves.
    public struct Options: Hashable, Sendable {
        /// How many jobs each worker runs at a time.
        public var concurrency: Int
        /// How long a lease lasts without a heartbeat, at least 1 s.
        public var lease: Duration
        /// Where the randomness of back-offs begins.
        public var seed: UInt64

        /// Makes options; by default jobs run one at a time, in order.
        public init(concurrency: Int = 1, lease: Duration = .seconds(30), seed: UInt64 = 0) {
            self.concurrency = concurrency
            self.lease = lease
            self.seed = seed
        }
    }

    /// The clock, which the driving calls move.
    public let time: ManualTime
    /// The store as the application reaches it: enqueue here, so that it is in the record.
    ///
    /// Faults injected here do not concern the workers.
    public let store: FaultyQueue<RecordingQueue>
    /// Plays scripts for every kind of step that nothing is registered for; a call that no script expects fails the
    /// test at once.
    public let fakes: ScriptedExecutor
    /// The first worker; there are more after ``addWorker(_:clockOffset:)``.
    public let worker: TestWorker
    let context: BenchContext
    let reporter: IssueReporter
    private let added = Observed<[TestWorker]>([])

    /// Makes a bench on a `MemoryQueue`.
    ///
    /// - Parameters:
    ///   - time: the clock.
    ///   - options: how it behaves.
    ///   - reporter: what unmet expectations are told to; by default the running Swift Testing test.
    ///   - sourceLocation: where unexpected calls are reported.
    public convenience init(
        time: ManualTime = ManualTime(), options: Options = Options(), reporter: IssueReporter = .current,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        self.init(
            store: MemoryQueue(time: time.source), time: time, options: options, reporter: reporter,
            sourceLocation: sourceLocation)
    }

    /// Makes a bench on any store.
    ///
    /// - Parameters:
    ///   - store: the store; it must take its times from `time`.
    ///   - time: the clock.
    ///   - options: how it behaves.
    ///   - reporter: what unmet expectations are told to; by default the running Swift Testing test.
    ///   - sourceLocation: where unexpected calls are reported.
    public init(
        store: some JobStore, time: ManualTime, options: Options = Options(), reporter: IssueReporter = .current,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        context = BenchContext(
            store: store, time: time, options: options, reporter: reporter, location: sourceLocation)
        self.time = time
        self.reporter = reporter
        self.store = FaultyQueue(context.recorder)
        fakes = context.fakes
        worker = TestWorker(name: "worker-1", clockOffset: .zero, context: context)
    }

    // MARK: Set-up

    /// Registers the closure that does a kind of work, as a program does it.
    public func register<Input, Output>(
        _ handler: JobHandler<Input, Output>,
        _ body: @escaping @Sendable (Input, HandlerContext) async throws -> Output
    ) {
        context.register { $0.register(handler, body) }
    }

    /// Registers an executor for a kind in place of the scripted one, such as the real HTTP executor on a scripted
    /// transport.
    public func register(_ executor: some JobExecutor, for kind: String) {
        context.register { $0.register(executor, for: kind) }
    }

    /// Adds a worker to the same store.
    ///
    /// - Parameters:
    ///   - name: its name; by default `worker-2` and so on.
    ///   - clockOffset: how much its wall clock is ahead of the store's.
    @discardableResult
    public func addWorker(_ name: String? = nil, clockOffset: Duration = .zero) -> TestWorker {
        let context = context
        return added.update { added in
            let worker = TestWorker(
                name: name ?? "worker-\(added.count + 2)", clockOffset: clockOffset, context: context)
            added.append(worker)
            return worker
        }
    }

    /// All workers, in the order in which they were made.
    public var workers: [TestWorker] { [worker] + added.value }

    // MARK: Jobs

    /// Stores a job; it does not run before the bench is driven.
    ///
    /// - Throws: `InvalidJob`, `QueueError`.
    @discardableResult
    public func enqueue(_ spec: JobSpec) async throws -> Job { try await store.enqueue(spec) }

    /// Stores one value of typed work; it does not run before the bench is driven.
    ///
    /// - Throws: `InvalidJob`, `QueueError`, `EncodingError`.
    @discardableResult
    public func enqueue<Input, Output>(
        _ handler: JobHandler<Input, Output>, _ input: Input, options: (inout JobSpec) -> Void = { _ in }
    ) async throws -> TypedJob<Output> {
        try await store.enqueue(handler, input, options: options)
    }

    /// Asks for a job to be stopped.
    ///
    /// - Throws: `TransitionRefused`, `QueueError`.
    @discardableResult
    public func cancel(_ id: JobID, reason: String? = nil) async throws -> Job {
        try await store.apply(.cancel(reason: reason), to: id)
    }
}
