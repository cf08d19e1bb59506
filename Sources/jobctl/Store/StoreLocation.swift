/// Which store a command works on.
enum StoreLocation: Hashable {
    /// An SQLite file.
    case sqlite(path: String)
    /// The memory of this process.
    case memory
    /// A JobKit server.
    case server(url: String, access: ServerAccess)

    /// The store that an option names, else the environment, else the file in the user's state directory.
    ///
    /// - Throws: ``CommandFailure`` for an unknown form, and for stores that this program does not have.
    static func resolve(
        _ option: String?, access: ServerAccess = ServerAccess()
    ) throws(CommandFailure) -> StoreLocation {
        if let text = option ?? ProcessEnvironment["JOBCTL_STORE"] { return try StoreLocation(text, access) }
        return .sqlite(path: try defaultPath())
    }

    private init(_ text: String, _ access: ServerAccess) throws(CommandFailure) {
        if text == "memory:" {
            self = .memory
        } else if text.hasPrefix("sqlite:") {
            let path = String(text.dropFirst(7))
            guard !path.isEmpty, !path.hasPrefix("//") || path.hasPrefix("///") else {
                throw CommandFailure(.usage, "the store \(text) names no file; write sqlite:PATH")
            }
            self = .sqlite(path: try Self.expanded(path))
        } else if text.hasPrefix("http://") || text.hasPrefix("https://") {
            self = .server(url: text, access: access)
        } else if let scheme = ["postgres", "postgresql"].first(where: { text.hasPrefix("\($0)://") }) {
            // The rest of the address may hold a password.
            throw CommandFailure(.unavailable, "this jobctl has no \(scheme):// stores; use sqlite:PATH")
        } else {
            throw CommandFailure(
                .usage, "unknown store \(text.debugDescription); write sqlite:PATH, memory: or https://HOST")
        }
    }

    /// A path with the home directory for a leading `~`, which no shell puts there behind `sqlite:`.
    private static func expanded(_ path: String) throws(CommandFailure) -> String {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        guard let home = ProcessEnvironment["HOME"], home.hasPrefix("/") else {
            throw CommandFailure(.usage, "there is no home directory for sqlite:\(path); write the whole path")
        }
        return home + path.dropFirst()
    }

    /// The file for those who name none.
    ///
    /// Source: https://specifications.freedesktop.org/basedir-spec/latest/
    private static func defaultPath() throws(CommandFailure) -> String {
        if let state = ProcessEnvironment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return "\(state)/jobkit/jobs.sqlite"
        }
        guard let home = ProcessEnvironment["HOME"], home.hasPrefix("/") else {
            throw CommandFailure(.usage, "there is no home directory for the default store; name one with --store")
        }
        return "\(home)/.local/state/jobkit/jobs.sqlite"
    }

    /// How often an idle worker looks without a signal: seldom where each look is a request over a network.
    var pollInterval: Duration {
        if case .server = self { .seconds(20) } else { .seconds(5) }
    }

    /// The location as `--store` takes it.
    var text: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .memory: "memory:"
        case .server(let url, _): url
        }
    }
}
