internal import JobCore
internal import Synchronization

/// A worker on a ``TestBench``: the real `JobRunner`, which works only while the bench lets it.
///
/// It has the executors of its bench, and a store and a wall clock of its own that can be made to fail.
public final class TestWorker: Sendable {
    /// What the worker is called; a later life of it is called `name.2` and so on.
    public let name: String
    /// The store as this worker reaches it; inject faults here.
    public let store: FaultyQueue<RecordingQueue>
    private let lives: Lives
    private let context: BenchContext
    private let time: TimeSource

    init(name: String, clockOffset: Duration, context: BenchContext) {
        self.name = name
        self.context = context
        time = context.time.source(clockOffset: clockOffset, isRunner: true)
        let lives = Lives()
        self.lives = lives
        store = FaultyQueue(context.recorder) { lives.killAll() }
    }

    /// The worker dies at once, as by `kill -9`: what it runs is cancelled, and nothing of it is stored any more.
    ///
    /// May be called from inside a handler, such as after its side effect. The jobs are lost to others until their
    /// leases expire. Whatever drives the bench starts the worker again.
    public func crash() { store.crash() }

    /// The worker shuts down at once, as after a drain time that is over, and gives its jobs back.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func stop() async throws {
        for process in lives.processes { process.stop() }
        try await context.activity.settled()
    }

    /// How many jobs it holds.
    var heldJobs: Int { lives.processes.reduce(0) { $0 + $1.heldJobs } }

    /// Whether it has a process that goes on.
    var isAlive: Bool { lives.isAlive }

    /// The running process, or a new one when there is none or other kinds of steps can be run now.
    func process() -> WorkerProcess {
        lives.current(fitting: context.registry.kinds) ?? lives.begin { makeProcess($0, stepBudget: nil) }
    }

    /// A process beside the running one, for one job at a time, which the caller stops.
    func extraProcess(stepBudget: Int?) -> WorkerProcess {
        lives.begin(asExtra: true) { makeProcess($0, stepBudget: stepBudget, concurrency: 1) }
    }

    private func makeProcess(_ life: Int, stepBudget: Int?, concurrency: Int? = nil) -> WorkerProcess {
        store.restart()
        let configuration = JobRunner.Configuration(
            worker: life == 1 ? name : "\(name).\(life)", concurrency: concurrency ?? context.options.concurrency,
            lease: context.options.lease)
        let seen = WorkerStore(store, activity: context.activity) { [context] in context.queueNames }
        return WorkerProcess(
            store: seen, executors: context.registry, configuration: configuration, stepBudget: stepBudget, time: time,
            random: context.random, activity: context.activity)
    }
}

/// The processes of one worker: at most one that goes on, and those that wind down or do one thing.
private final class Lives: Sendable {
    private struct State {
        var count = 0
        var current: WorkerProcess?
        var others: [WorkerProcess] = []
    }

    private let state = Mutex(State())

    var processes: [WorkerProcess] {
        state.withLock { state in
            state.others.removeAll(where: \.hasEnded)
            return state.others + (state.current.map { [$0] } ?? [])
        }
    }

    var isAlive: Bool { state.withLock { !($0.current?.hasEnded ?? true) } }

    /// The process that goes on; one that cannot run these kinds is let go as soon as it holds no job.
    func current(fitting kinds: Set<String>) -> WorkerProcess? {
        state.withLock { state in
            guard let process = state.current, !process.hasEnded else { return nil }
            if process.kinds == kinds || process.heldJobs > 0 { return process }
            process.drain()
            state.others.append(process)
            state.current = nil
            return nil
        }
    }

    func begin(asExtra isExtra: Bool = false, _ make: (Int) -> WorkerProcess) -> WorkerProcess {
        let life = state.withLock { state in
            state.count += 1
            return state.count
        }
        let process = make(life)
        state.withLock { state in
            if isExtra { state.others.append(process) } else { state.current = process }
        }
        return process
    }

    func killAll() {
        for process in processes { process.crash() }
        state.withLock { state in
            if let process = state.current { state.others.append(process) }
            state.current = nil
        }
    }
}
