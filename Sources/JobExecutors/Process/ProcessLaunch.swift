internal import JobCore
internal import Logging

/// What to start, and what is kept of its output.
struct ProcessLaunch: Sendable {
    /// The program: a path, or a name that is looked up in the environment's `PATH`.
    var program: String
    /// The arguments after the program's own name.
    var arguments: [String]
    /// The whole environment.
    var environment: [String: String]
    /// The working directory, absolute.
    var directory: String
    /// What standard input holds; nil for `/dev/null`.
    var input: String?
    /// How many bytes of each stream are still reported.
    var allowance: OutputAllowance
    /// Says in error messages what was started, such as `command` or `script 10-build`.
    var what = "command"
    /// How it is asked to end.
    var stop = ProcessStop()
    /// Hears of trouble that does not concern the step.
    var logger: Logger
}

/// How a process ended.
enum ProcessStatus: Hashable, Sendable {
    /// It returned an exit code, 0 to 255.
    case exited(Int)
    /// A signal ended it.
    case signalled(Int)
}

/// A process that has ended.
struct ProcessEnd: Sendable {
    /// How it ended.
    var status: ProcessStatus
    /// What is left of the allowance.
    var allowance: OutputAllowance
}

/// How much output a step may still report.
struct OutputAllowance: Hashable, Sendable {
    /// Bytes of standard output.
    var stdout: Int
    /// Bytes of standard error.
    var stderr: Int
    /// Whether anything was dropped.
    var isExceeded = false

    /// The same number of bytes for both streams.
    init(each bytes: ByteCount) {
        stdout = Int(clamping: bytes.bytes)
        stderr = stdout
    }

    /// The bytes left for a stream.
    subscript(_ stream: LogEntry.Stream) -> Int {
        get { stream == .stderr ? stderr : stdout }
        set { if stream == .stderr { stderr = newValue } else { stdout = newValue } }
    }
}
