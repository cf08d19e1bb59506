internal import Glibc

/// How many connections and files the process may have open.
enum OpenFiles {
    /// Takes as many as the system allows this user; a server has one for each connection.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Where this is refused the old limit stays, and connections beyond it wait.
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
