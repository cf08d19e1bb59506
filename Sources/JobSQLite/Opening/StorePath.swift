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
    /// - Throws: ``QueueError``.
    func prepare(createsFolder: Bool) throws(QueueError) {
        guard !path.isEmpty, !path.utf8.contains(0), !path.hasPrefix(":") else {
            throw fault(.invalidRequest, "\"\(path)\" is no path of a file")
        }
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw fault(.unavailable, "\(path) is no regular file; name a file inside it or another one")
            }
            guard access(path, R_OK) == 0 else { throw fault(.notPermitted, "\(path) may not be read") }
            guard access(path, W_OK) == 0, access(folder, W_OK) == 0 else {
                // SQLite keeps its log beside the file, so both must be writable.
                throw fault(
                    .readOnly, "\(path) or its folder may not be written; check their permissions")
            }
            return
        }
        try checkFolder(createsFolder: createsFolder)
        try create()
    }

    private var folder: String {
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
