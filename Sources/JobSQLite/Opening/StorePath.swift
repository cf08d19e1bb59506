internal import JobCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The path of a store's file: checks that say what is wrong before SQLite says less, and creation for one user only.
struct StorePath {
    let path: String

    /// Makes sure that there is a file which can be opened, and that a new one belongs to its user alone.
    ///
    /// - Returns: the file's own path; see ``real(_:)``.
    /// - Throws: ``QueueError``.
    func prepare(createsFolder: Bool) throws(QueueError) -> String {
        guard !path.isEmpty, !path.utf8.contains(0), !path.hasPrefix(":"), !path.hasPrefix("file:") else {
            throw fault(.invalidRequest, "\"\(path)\" is no path of a file; write a path without a scheme")
        }
        if let known = Self.real(path) {
            try check(known)
            return known
        }
        try checkFolder(createsFolder: createsFolder)
        try create()
        guard let made = Self.real(path) else {
            throw fault(.unavailable, "\(path) leads to no file: \(reason)")
        }
        return made
    }

    /// The absolute path of a file without links; nil when there is no such file.
    ///
    /// SQLite keeps its log beside the file and not beside a link to it, and a relative path means another file when
    /// the program changes its folder.
    static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    private func check(_ file: String) throws(QueueError) {
        var status = stat()
        guard stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw fault(.unavailable, "\(path) is no regular file; name a file inside it or another one")
        }
        guard access(file, R_OK) == 0 else { throw fault(.notPermitted, "\(path) may not be read") }
        guard access(file, W_OK) == 0, access(Self.folder(of: file), W_OK) == 0 else {
            // SQLite keeps its log beside the file, so both must be writable.
            throw fault(.readOnly, "\(path) or its folder may not be written; check their permissions")
        }
    }

    private var folder: String { Self.folder(of: path) }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func checkFolder(createsFolder: Bool) throws(QueueError) {
        var status = stat()
        if stat(folder, &status) != 0 {
            guard errno == ENOENT else { throw fault(.unavailable, "the folder \(folder) cannot be used: \(reason)") }
            guard createsFolder else {
                throw fault(.unavailable, "the folder \(folder) does not exist; create it first")
            }
            return try createFolder()
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw fault(.unavailable, "\(folder) is no folder") }
    }

    private func createFolder() throws(QueueError) {
        var made = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
            if mkdir(made, 0o700) != 0, errno != EEXIST {
                throw fault(.unavailable, "the folder \(made) cannot be made: \(reason)")
            }
        }
    }

    private func create() throws(QueueError) {
        // Exclusive, because closing a descriptor of a file that is open as a database would drop its locks.
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            let code: QueueError.Code =
                switch errno {
                case EROFS, EACCES, EPERM: .readOnly
                case ENOSPC, EDQUOT: .full
                default: .unavailable
                }
            throw fault(code, "\(path) cannot be made: \(reason)")
        }
    }

    private var reason: String { String(cString: strerror(errno)) }

    private func fault(_ code: QueueError.Code, _ detail: String) -> QueueError {
        QueueError(code, operation: "open", detail: detail)
    }
}
