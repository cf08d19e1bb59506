public import Logging
public import ServiceLifecycle

/// Claims jobs, runs their steps through executors, keeps the leases alive, and settles what came out.
///
/// A `Service`: it works until its task group shuts down gracefully, then drains in three phases: it stops claiming,
/// lets running jobs finish until the drain time is over, then stops them and gives their jobs back, which costs no
/// attempt. Cancelling the task skips the second phase. An idle runner sleeps until its store signals work.
public struct JobRunner: Service {
    let core: RunnerCore

    /// Makes a runner on a full store: it wakes on signals, keeps logs and deletes what is past its retention.
    ///
    /// - Parameters:
    ///   - store: where jobs come from.
    ///   - executors: what can run their steps.
    ///   - configuration: what to serve and how.
    ///   - checkpoints: where steps that were stopped leave what they want to find again; nil for nowhere.
    ///   - time: clocks.
    ///   - random: for jitter.
    ///   - logger: for trouble; nothing is logged by default.
    public init(
        store: some JobStore, executors: ExecutorRegistry, configuration: Configuration = Configuration(),
        checkpoints: (any CheckpointStore)? = nil, time: TimeSource = .system, random: RandomSource = .system,
        logger: Logger = .silent
    ) {
        core = RunnerCore(
            store: RunnerStore(store: store), executors: executors, configuration: configuration,
            checkpoints: checkpoints, time: time, random: random, logger: logger)
    }

    /// Makes a runner on the store of a service.
    ///
    /// It reports itself there, ends when it is ordered to, and stores the artifacts that steps make. Otherwise the same
    /// as on any full store.
    ///
    /// - Parameters:
    ///   - store: where jobs come from.
    ///   - executors: what can run their steps.
    ///   - configuration: what to serve and how.
    ///   - checkpoints: where steps that were stopped leave what they want to find again, such as
    ///     `ArtifactCheckpoints`; nil for nowhere.
    ///   - time: clocks.
    ///   - random: for jitter.
    ///   - logger: for trouble; nothing is logged by default.
    public init(
        store: some JobStore & WorkerDirectory & ArtifactStore, executors: ExecutorRegistry,
        configuration: Configuration = Configuration(), checkpoints: (any CheckpointStore)? = nil,
        time: TimeSource = .system, random: RandomSource = .system, logger: Logger = .silent
    ) {
        core = RunnerCore(
            store: RunnerStore(service: store), executors: executors, configuration: configuration,
            checkpoints: checkpoints, time: time, random: random, logger: logger)
    }

    /// Makes a runner on a plain queue: it polls, and what steps print is dropped.
    public init(
        queue: some JobQueue, executors: ExecutorRegistry, configuration: Configuration = Configuration(),
        time: TimeSource = .system, random: RandomSource = .system, logger: Logger = .silent
    ) {
        core = RunnerCore(
            store: RunnerStore(queue: queue), executors: executors, configuration: configuration, time: time,
            random: random, logger: logger)
    }

    /// Works until shut down, cancelled, ordered to drain, or, where so configured, until nothing is left to do.
    ///
    /// Call it once.
    ///
    /// - Throws: ``QueueError`` when the store says that waiting does not help, such as a corrupt file.
    public func run() async throws {
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                // What was done must still be recorded when the task is cancelled.
                try await uncancelled { try await core.run() }
            } onGracefulShutdown: {
                core.drain()
            }
        } onCancel: {
            core.stopNow()
        }
    }

    /// Tells the list of workers what the runner's machine was told, and works on.
    ///
    /// - Parameter notice: what it was told; nil when that holds no longer.
    public func notify(_ notice: WorkerNotice?) {
        core.notify(notice)
    }

    /// Ends because the machine is taken away; ``run()`` returns when all is given back.
    ///
    /// The list of workers is told at once, nothing more is claimed, and running steps are asked to end and leave what
    /// they want to find again. What still runs at the hard stop is killed. The jobs wait again at once and no attempt
    /// is spent. The worker stays in the list for ``WorkerRecord/keptInterrupted``. Calling it again changes nothing.
    ///
    /// - Parameters:
    ///   - notice: what the machine was told.
    ///   - hardStop: when what runs must have ended; some time before the end of the machine, so that checkpoints and
    ///     output are still stored.
    public func interrupt(_ notice: WorkerNotice, hardStop: Timestamp) {
        core.interrupt(notice, hardStop: hardStop)
    }

    /// Stops claiming; ``run()`` returns when the running jobs have finished or the drain time is over.
    public func drain() {
        core.drain()
    }
}

/// Runs a body that does not see the cancellation of the calling task, in a task of its own that is waited for.
package func uncancelled<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await Task { try await body() }.value
}
