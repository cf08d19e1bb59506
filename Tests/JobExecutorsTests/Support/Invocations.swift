import JobCore
import Logging
import Testing

extension StepInvocation {
    /// A step for tests.
    static func test(_ action: StepAction, name: String = "step", attempt: Int = 1) -> StepInvocation {
        StepInvocation(
            jobID: JobID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001), jobName: "nightly",
            step: StepSpec(name: name, action: action), index: 2, attempt: attempt,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// A command by its words.
    static func argv(_ words: String...) -> StepInvocation { .test(.command(CommandAction(.argv(words)))) }

    /// A line for the shell.
    static func shell(_ line: String) -> StepInvocation { .test(.command(CommandAction(.shell(line)))) }
}

extension JobExecutor {
    /// Runs a step that must fail, and returns how.
    func failure(
        of step: StepInvocation, _ recorder: ProgressRecorder = ProgressRecorder(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> StepFailure {
        try await #require(throws: StepFailure.self, sourceLocation: sourceLocation) {
            _ = try await run(step, reporting: recorder.report)
        }
    }
}
