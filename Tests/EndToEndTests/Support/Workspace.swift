import Foundation
import JobCore
import JobSQLite
import Subprocess
import SystemPackage

/// A folder of its own in which jobctl runs on a store of its own; removed at the end.
final class Workspace: Sendable {
    let folder: String
    /// The value of `--store` that all commands get through the environment.
    let storePath: String

    /// A process that ends before it has read its input must not end the tests.
    private static let ignoresClosedPipes: Void = { signal(SIGPIPE, SIG_IGN) }()

    init() throws {
        Self.ignoresClosedPipes
        var template = Array("\(NSTemporaryDirectory())jobctl-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(text: "no folder can be made: \(errno)") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        storePath = "\(folder)/state/jobs.sqlite"
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    struct Failure: Error { let text: String }

    // MARK: Files

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func exists(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String, isExecutable: Bool = false) throws -> String {
        try write(name, bytes: Array(text.utf8), isExecutable: isExecutable)
    }

    @discardableResult
    func write(_ name: String, bytes: [UInt8], isExecutable: Bool = false) throws -> String {
        let path = path(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        if isExecutable { chmod(path, 0o755) }
        return path
    }

    /// The lines of a file; none when there is no file.
    func lines(of name: String) -> [String] {
        guard let data = FileManager.default.contents(atPath: path(name)) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    // MARK: Commands

    /// Where the built program is: beside the bundle of the tests.
    static let program: String = {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("jobctl").path
    }()

    func configuration(_ arguments: [String], environment: [String: String] = [:]) -> Configuration {
        var variables: [Environment.Key: String?] = [
            "JOBCTL_STORE": "sqlite:\(storePath)", "HOME": folder, "XDG_STATE_HOME": nil, "NO_COLOR": nil,
        ]
        for (name, value) in environment {
            variables[Environment.Key(stringLiteral: name)] = value.isEmpty ? String?.none : value
        }
        return Configuration(
            executable: .path(FilePath(Self.program)), arguments: Arguments(arguments),
            environment: .inherit.updating(variables), workingDirectory: FilePath(folder))
    }

    /// Runs jobctl to its end.
    func jobctl(
        _ arguments: String..., input: String = "", environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await jobctl(arguments, input: input, environment: environment)
    }

    func jobctl(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Outcome {
        let result = try await Subprocess.run(
            configuration(arguments, environment: environment), input: .string(input),
            output: .bytes(limit: 64 << 20), error: .bytes(limit: 16 << 20))
        return Outcome(
            status: result.terminationStatus, stdout: result.standardOutput, stderr: result.standardError)
    }

    /// Runs a line of shell in the folder.
    func shell(_ line: String) async throws -> Outcome {
        var shell = configuration(["-c", line])
        shell.executable = .path("/bin/sh")
        let result = try await Subprocess.run(
            shell, input: .none, output: .bytes(limit: 1 << 20), error: .bytes(limit: 1 << 20))
        return Outcome(
            status: result.terminationStatus, stdout: result.standardOutput, stderr: result.standardError)
    }

    /// Runs jobctl while `body` looks at it; the process is killed when `body` throws.
    func withJobctl<Value: Sendable>(
        _ arguments: String..., environment: [String: String] = [:],
        _ body: @Sendable (RunningJobctl) async throws -> Value
    ) async throws -> (value: Value, outcome: Outcome) {
        let result = try await Subprocess.run(
            configuration(arguments, environment: environment), input: .none, output: .sequence, error: .sequence
        ) { execution in
            let running = RunningJobctl(process: execution.processIdentifier.value)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await piece in execution.standardOutput { running.stdout.add(piece) }
                    running.stdout.end()
                }
                group.addTask {
                    for try await piece in execution.standardError { running.stderr.add(piece) }
                    running.stderr.end()
                }
                do {
                    let value = try await body(running)
                    try await group.waitForAll()
                    return (value, running)
                } catch {
                    kill(running.process, SIGKILL)
                    throw error
                }
            }
        }
        let (value, running) = result.closureResult
        return (
            value,
            Outcome(
                status: result.terminationStatus, stdout: running.stdout.bytes, stderr: running.stderr.bytes)
        )
    }

    /// Submits a file and returns the ids that were printed.
    func submit(_ text: String, _ arguments: String...) async throws -> [String] {
        let outcome = try await jobctl(["submit", "-"] + arguments, input: text)
        guard outcome.code == 0 else { throw Failure(text: outcome.errors) }
        return outcome.lines
    }

    /// The job as `show --json` has it.
    func show(_ id: String) async throws -> JSONValue {
        try await jobctl("show", id, "--json").json
    }

    /// The store, opened by this process too.
    func openStore() async throws -> SQLiteQueue {
        try await SQLiteQueue.open(path: storePath, options: SQLiteOptions(createsFolder: true))
    }
}
