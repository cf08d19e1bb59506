/// What a runner can run: one executor for each kind of step.
public struct ExecutorRegistry: Sendable {
    private var executors: [String: any JobExecutor] = [:]

    /// Makes a registry that knows nothing.
    public init() {}

    /// Registers an executor for a kind, in place of an earlier one.
    public mutating func register(_ executor: some JobExecutor, for kind: String) {
        executors[kind] = executor
    }

    /// The executor for a kind; nil when none is registered.
    public subscript(_ kind: String) -> (any JobExecutor)? { executors[kind] }

    /// The kinds that can be run.
    public var kinds: Set<String> { Set(executors.keys) }
}
