public import JobCore

/// Runs `command` steps: one process, with everything that it starts in its session.
///
/// - The program gets its arguments untouched; a shell is used only for `shell`.
/// - Its environment is what ``ProcessOptions/inherited`` passes on, then `JOB_ID`, `JOB_NAME`, `JOB_QUEUE`, `JOB_STEP`,
///   `JOB_STEP_INDEX`, `JOB_ATTEMPT`, `JOB_ATTEMPT_ID`, `JOB_IDEMPOTENCY_KEY`, `JOB_METADATA_<KEY>`, the trace headers
///   such as `TRACEPARENT`, `JOB_OUTPUTS` (the path of a JSON file with the finished steps' outputs, when there are
///   any), `JOB_ARTIFACTS` (a folder; see below), `JOB_CHECKPOINT` and `JOB_DEADLINE` (see below), then the step's
///   variables and the command's own.
/// - Regular files that it leaves in `JOB_ARTIFACTS` are kept as artifacts of the job when it ends, also when it fails,
///   but not when it is stopped: up to 100, of 16 MiB each, with names as `NewArtifact` wants them; no links.
/// - Where the worker keeps checkpoints, what it leaves in the folder `JOB_CHECKPOINT` stands there again when the step
///   runs once more, on whichever worker, after it was stopped or failed with a retry left. When its machine is taken
///   away, the file `JOB_DEADLINE` gets the time at which it will be killed (RFC 3339), then it gets SIGTERM.
/// - Output is reported as it comes, in the order of each stream.
/// - When the process has ended, what is left of its process group is killed.
public struct CommandExecutor: JobExecutor {
    /// What holds for all commands.
    public struct Options: Sendable {
        /// Where commands run, and what their directories are relative to.
        ///
        /// Default the program's own directory.
        public var baseDirectory: String
        /// Whether a command may name a directory outside the base.
        ///
        /// Default true.
        public var allowsOutsideDirectories: Bool
        /// What holds for processes.
        public var process: ProcessOptions

        /// Makes options.
        public init(
            baseDirectory: String = ".", allowsOutsideDirectories: Bool = true,
            process: ProcessOptions = ProcessOptions()
        ) {
            self.baseDirectory = baseDirectory
            self.allowsOutsideDirectories = allowsOutsideDirectories
            self.process = process
        }
    }

    private let options: Options
    private let runner: ProcessRunner

    /// Makes an executor; `time` measures the graces.
    public init(options: Options = Options(), time: TimeSource = .system) {
        self.options = options
        self.runner = ProcessRunner(options: options.process, time: time)
    }

    /// Runs one command to its end.
    ///
    /// - Throws: `StepFailure` with code `exitCode` for a non-zero exit code or a signal, `invalidStep` when the
    ///   command cannot be started as it is written, `notPermitted` for a directory that is not allowed,
    ///   `unavailable` when the system lacks resources; `CancellationError` after the group was ended.
    public func run(
        _ step: StepInvocation, reporting report: @escaping StepReporter
    ) async throws -> StepOutput {
        guard case .command(let action) = step.step.action else {
            throw StepFailure.wrongKind(step, BuiltInKind.command)
        }
        let program: [String]
        switch action.invocation {
        case .argv(let argv): program = argv
        case .shell(let line): program = ["/bin/sh", "-c", line]
        }
        var launch = ProcessLaunch(
            program: program.first ?? "", arguments: Array(program.dropFirst()), environment: [:],
            directory: try await directory(action.directory),
            allowance: OutputAllowance(each: options.process.outputLimit), logger: step.logger)
        launch.input = action.input
        return try await runner.withSurroundings(of: step, own: action.environment, report: report) { around in
            launch.environment = around.environment
            launch.stop = around.stop
            let end = try await runner.run(launch, report: report)
            let output = end.status.output(isTruncated: end.allowance.isExceeded)
            guard end.status == .exited(0) else { throw StepFailure(.exitCode, end.status.text, output: output) }
            return output
        }
    }

    private func directory(_ name: String?) async throws -> String {
        guard let name else { return options.baseDirectory }
        guard options.allowsOutsideDirectories else {
            return try await runner.blocking { [options] () throws(StepFailure) in
                try PathConfinement(base: options.baseDirectory).resolve(name)
            }
        }
        return name.hasPrefix("/") ? name : "\(options.baseDirectory)/\(name)"
    }
}
