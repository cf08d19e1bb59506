internal import JobCore
internal import Synchronization
internal import Testing

/// What a bench and its workers share.
final class BenchContext: Sendable {
    let time: ManualTime
    let options: TestBench.Options
    let random: RandomSource
    let recorder: RecordingQueue
    let activity = Activity()
    /// What serves the kinds that nobody registered an executor for.
    let fakes: ScriptedExecutor
    private let executors = Mutex(ExecutorRegistry())
    /// How much of the record an earlier driving call has told of.
    let told = Mutex(0)
    private let storedQueues = Mutex<Set<String>>([])

    init(
        store: some JobStore, time: ManualTime, options: TestBench.Options, reporter: IssueReporter,
        location: SourceLocation
    ) {
        self.time = time
        self.options = options
        random = .seeded(options.seed)
        recorder = RecordingQueue(store, time: time.source)
        fakes = ScriptedExecutor(time: time.source, reporter: reporter, reportsAtOnce: true, sourceLocation: location)
    }

    func register(_ change: (inout ExecutorRegistry) -> Void) {
        executors.withLock { change(&$0) }
    }

    /// What was registered, and the scripted executor for all other kinds that somebody may ask for.
    var registry: ExecutorRegistry {
        var registry = executors.withLock { $0 }
        let handlers = recorder.enqueued.flatMap { $0.spec.steps.map(\.action.kind) }
        for kind in BuiltInKind.all.union(fakes.kinds).union(handlers) where registry[kind] == nil {
            registry.register(fakes, for: kind)
        }
        return registry
    }

    /// The named queues that have jobs.
    var queueNames: [String] {
        storedQueues.withLock { $0 }.union(recorder.queues).sorted()
    }

    /// Looks for named queues that have jobs which did not go through the record.
    func lookForQueues() async throws {
        let names = try await recorder.counts().byQueue.keys
        storedQueues.withLock { $0.formUnion(names) }
    }
}
