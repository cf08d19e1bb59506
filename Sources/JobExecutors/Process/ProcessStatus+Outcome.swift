internal import JobCore

extension ProcessStatus {
    /// What the step's output says of it.
    func output(isTruncated: Bool, details: JSONObject = JSONObject()) -> StepOutput {
        switch self {
        case .exited(let code): StepOutput(exitCode: code, isTruncated: isTruncated, details: details)
        case .signalled(let number): StepOutput(signal: number, isTruncated: isTruncated, details: details)
        }
    }

    /// For people: `exit code 3` or `signal 9 (SIGKILL)`.
    var text: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let number): "signal \(number)\(Self.names[number].map { " (\($0))" } ?? "")"
        }
    }

    // Source: https://man7.org/linux/man-pages/man7/signal.7.html
    private static let names = [
        1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
        11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
    ]
}
