#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What the process was started with and in.
enum ProcessEnvironment {
    /// A variable's value; nil when it is not set or empty.
    static subscript(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// Whether a descriptor is a terminal.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Whether something stands at a path.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The working directory; `.` when it cannot be told.
    static var currentDirectory: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    /// A path that does not depend on the working directory.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : path == "." ? currentDirectory : "\(currentDirectory)/\(path)"
    }

    /// Ends the process at once, without unwinding.
    static func exit(_ status: ExitStatus) -> Never { _exit(status.rawValue) }

    /// Gives the process all three standard descriptors; otherwise the next file or socket that it opens would be one
    /// of them, and take what is printed.
    static func openStandardDescriptors() {
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 { _ = open("/dev/null", O_RDWR) }
    }

    /// Sets how the process takes signals before any command runs.
    ///
    /// A closed pipe shall be an error of the write and not the end of a worker; ^C shall end every command with the
    /// same exit code, also where the shell does not compute it from the signal.
    static func prepareSignals() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGINT) { _ in _exit(130) }
    }
}
