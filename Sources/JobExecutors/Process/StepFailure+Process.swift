internal import Glibc
internal import JobCore

extension StepFailure {
    /// A step that came to the wrong executor.
    static func wrongKind(_ step: StepInvocation, _ kind: String) -> StepFailure {
        StepFailure(
            .unknownKind,
            "the executor of \(kind) steps got one of kind \(step.step.action.kind); register executors by their kind",
            isRetryable: false)
    }

    /// A program that the system would not start.
    static func cannotStart(_ what: String, program: String, directory: String, _ problem: CInt) -> StepFailure {
        let advice: String
        switch problem {
        case ENOENT:
            let place = program.hasPrefix("/") ? program : "\(directory)/\(program)"
            advice =
                access(place, F_OK) == 0
                ? "the interpreter of its first line is missing; install it or correct the line"
                : "there is no such file; install it or correct the path"
        case EACCES, EPERM: advice = "it is not executable by this user; check its permissions"
        case ENOEXEC: advice = "it is no program for this machine; a script needs a first line such as #!/bin/sh"
        case E2BIG: advice = "its arguments, input or environment are too long; pass large data as input"
        case ENOTDIR, ELOOP, ENAMETOOLONG, EISDIR: advice = "its path is not usable (\(text(problem))); correct it"
        case ETXTBSY:
            return StepFailure(
                .unavailable, "cannot start the \(what) \(program): somebody is writing to it; try again later")
        default: return noResources("starting \(program)", problem)
        }
        return StepFailure(.invalidStep, "cannot start the \(what) \(program): \(advice)", isRetryable: false)
    }

    /// A working directory that cannot be used.
    static func badDirectory(_ directory: String, _ problem: CInt) -> StepFailure {
        StepFailure(
            .invalidStep,
            "the working directory \(directory) is not usable (\(text(problem))); create it or correct the path",
            isRetryable: false)
    }

    /// A passing shortage of the system.
    static func noResources(_ operation: String, _ problem: CInt) -> StepFailure {
        StepFailure(
            .unavailable, "\(operation) failed: \(text(problem)); lower the concurrency or raise the system's limits")
    }

    /// What an error number means.
    private static func text(_ problem: CInt) -> String {
        String(cString: strerror(problem)).lowercased()
    }
}
