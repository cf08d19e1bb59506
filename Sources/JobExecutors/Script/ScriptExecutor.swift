public import JobCore

/// Runs `script` steps: the executables of one directory, one after the other, until one fails.
///
/// Each gets `--name=<step name>` and then `--key=value` for each parameter, in their written order and untouched.
/// They run in their own directory, in the order of their names' bytes, with the environment of ``CommandExecutor``.
/// A retry runs all of them again.
///
/// The output's details are `scripts` (`[{name, exitCode}]` or `[{name, signal}]`) and, when entries were passed over,
/// `skipped` (`[{name, reason}]`).
public struct ScriptExecutor: JobExecutor {
    private let root: String
    private let options: ProcessOptions
    private let runner: ProcessRunner

    /// Makes an executor.
    ///
    /// - Parameters:
    ///   - root: the directory that holds the script directories; steps cannot leave it.
    ///   - options: what holds for each script; ``ProcessOptions/outputLimit`` holds for all scripts of a step together.
    ///   - time: measures the graces.
    public init(root: String, options: ProcessOptions = ProcessOptions(), time: TimeSource = .system) {
        self.root = root
        self.options = options
        self.runner = ProcessRunner(options: options, time: time)
    }

    /// Runs the scripts of one step.
    ///
    /// - Throws: `StepFailure` with code `exitCode` for the first script that fails, `invalidStep` when there is no
    ///   such directory or a script cannot be started, `notPermitted` when the directory leads outside the root;
    ///   `CancellationError` after the running script's group was ended.
    public func run(
        _ step: StepInvocation, reporting report: @escaping StepReporter
    ) async throws -> StepOutput {
        guard case .script(let action) = step.step.action else { throw StepFailure.wrongKind(step, BuiltInKind.script) }
        let directory = try await runner.blocking { [root] () throws(StepFailure) in
            try ScriptDirectory(action.directory, root: root)
        }
        for entry in directory.skipped {
            await report(.note("skipped \(LogText.escaped(entry.name)): it \(entry.reason)"))
        }
        if directory.scripts.isEmpty { await report(.note("\(action.directory) holds no executables")) }

        var record = ScriptRecord(skipped: directory.skipped)
        let arguments = ["--name=\(step.step.name)"] + action.parameters.map { "--\($0.key)=\($0.value)" }
        let shown = LogText.commandLine(action, stepName: step.step.name)
        return try await runner.withSurroundings(of: step, report: report) { around in
            var allowance = OutputAllowance(each: options.outputLimit)
            for script in directory.scripts {
                await report(.note("\(LogText.escaped(script)) \(shown)"))
                let end = try await runner.run(
                    ProcessLaunch(
                        program: "\(directory.path)/\(script)", arguments: arguments, environment: around.environment,
                        directory: directory.path, allowance: allowance, what: "script", stop: around.stop,
                        logger: step.logger),
                    report: report)
                allowance = end.allowance
                record.add(script, end.status)
                await report(.note(end.status.note))
                if end.status != .exited(0) {
                    throw StepFailure(
                        .exitCode, "script \(script) ended with \(end.status.text)",
                        output: end.status.output(isTruncated: allowance.isExceeded, details: record.details))
                }
            }
            return StepOutput(exitCode: 0, isTruncated: allowance.isExceeded, details: record.details)
        }
    }
}

/// What a script step tells of its scripts.
private struct ScriptRecord {
    private var scripts: [JSONValue] = []
    private let skipped: [JSONValue]

    init(skipped: [ScriptDirectory.Skipped]) {
        self.skipped = skipped.map { ["name": .string($0.name), "reason": .string($0.reason)] }
    }

    mutating func add(_ name: String, _ status: ProcessStatus) {
        switch status {
        case .exited(let code): scripts.append(["name": .string(name), "exitCode": .integer(Int64(code))])
        case .signalled(let number): scripts.append(["name": .string(name), "signal": .integer(Int64(number))])
        }
    }

    var details: JSONObject {
        var object: JSONObject = ["scripts": .array(scripts)]
        if !skipped.isEmpty { object["skipped"] = .array(skipped) }
        return object
    }
}

extension ProcessStatus {
    fileprivate var note: String {
        switch self {
        case .exited(let code): "exit code: \(code)"
        case .signalled: "ended by \(text)"
        }
    }
}
