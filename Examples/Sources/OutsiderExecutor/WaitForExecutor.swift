import JobCore

/// Runs steps of a kind of one's own: it asks again and again whether something is there, such as a file.
public struct WaitForExecutor: JobExecutor {
    /// The kind under which it is registered.
    public static let kind = "wait-for"

    private let time: TimeSource
    private let isThere: @Sendable (String) async throws -> Bool

    /// Makes an executor that asks `isThere`.
    public init(time: TimeSource = .system, isThere: @escaping @Sendable (String) async throws -> Bool) {
        self.time = time
        self.isThere = isThere
    }

    /// A step that waits for something.
    public static func step(_ what: String, everySeconds: Int64 = 5) -> StepSpec {
        let input: JSONValue = ["what": .string(what), "everySeconds": .integer(everySeconds)]
        return StepSpec(name: "wait for \(what)", action: .handler(HandlerAction(name: kind, input: input)))
    }

    /// Asks until the thing is there, or the task is cancelled.
    public func run(
        _ step: StepInvocation,
        reporting report: @escaping @Sendable (StepProgress) async -> Void
    ) async throws -> StepOutput {
        guard case .handler(let action) = step.step.action, let what = action.input["what"]?.stringValue else {
            throw StepFailure(.invalidStep, "a wait-for step says what it waits for", isRetryable: false)
        }
        var asked: Int64 = 1
        while try await !isThere(what) {
            await report(.note("\(what) is not there yet"))
            await report(.progress(JobProgress(message: "asked \(asked) times")))
            // Throws when the runner cancels the task, and that ends the work.
            try await time.sleep(for: .seconds(action.input["everySeconds"]?.integerValue ?? 5))
            asked += 1
        }
        return StepOutput(json: ["asked": .integer(asked)])
    }
}
