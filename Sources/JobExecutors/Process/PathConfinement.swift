internal import Glibc
internal import JobCore

/// Keeps paths that jobs name inside a directory.
struct PathConfinement: Sendable {
    /// The directory.
    var base: String

    /// The real path of `name` under the base, after symbolic links.
    ///
    /// Blocks.
    ///
    /// - Throws: ``StepFailure``: `notPermitted` when it leads outside, `invalidStep` when it does not exist.
    func resolve(_ name: String) throws(StepFailure) -> String {
        let root = try Self.realPath(base)
        let place = name.hasPrefix("/") ? name : "\(root)/\(name)"
        let path = try Self.realPath(place)
        guard Self.contains(root, path) else {
            throw StepFailure(
                .notPermitted, "\(name) leads outside \(base); name a directory inside it", isRetryable: false)
        }
        return path
    }

    /// Whether a real path is a directory or lies below it.
    static func contains(_ root: String, _ path: String) -> Bool {
        path == root || path.hasPrefix(root == "/" ? "/" : root + "/")
    }

    /// A path without links and dots.
    static func realPath(_ path: String) throws(StepFailure) -> String {
        guard !path.utf8.contains(0), let real = realpath(path, nil) else { throw .badDirectory(path, errno) }
        defer { free(real) }
        return String(cString: real)
    }
}
