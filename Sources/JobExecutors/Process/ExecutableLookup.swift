internal import Glibc
internal import JobCore

/// Finds programs by name in the child's own `PATH`.
struct ExecutableLookup {
    /// The child's environment.
    var environment: [String: String]
    /// The child's working directory.
    var directory: String

    private static let usualPath = "/usr/local/bin:/usr/bin:/bin"

    /// The path of a program; one with a slash is its own path, relative to the working directory.
    ///
    /// Relative entries of `PATH` are passed over, so that a working directory cannot bring in programs unasked.
    func find(_ program: String, what: String) throws(StepFailure) -> String {
        if program.utf8.contains(UInt8(ascii: "/")) { return program }
        let path = environment["PATH"] ?? Self.usualPath
        var unusable: String?
        if !program.isEmpty {
            for entry in path.split(separator: ":") where entry.hasPrefix("/") {
                let candidate = "\(entry)/\(program)"
                guard Self.isRegularFile(candidate) else { continue }
                if access(candidate, X_OK) == 0 { return candidate }
                unusable = unusable ?? candidate
            }
        }
        if let unusable { throw .cannotStart(what, program: unusable, directory: directory, EACCES) }
        throw StepFailure(
            .invalidStep,
            "cannot start the \(what): there is no program \"\(program)\" in PATH (\(path)); install it or give its path",
            isRetryable: false)
    }

    private static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
