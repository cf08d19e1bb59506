internal import Glibc
internal import JobCore
internal import Logging

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A private folder into which the processes of a step put the files that are to be kept.
///
/// What stands in it is not trusted: names, kinds and sizes are checked, and nothing is followed out of it.
struct ArtifactFolder: Sendable {
    /// What became of one file.
    enum Content: Sendable {
        case bytes([UInt8])
        /// Why it is not kept.
        case refused(String)
    }

    /// Where it is.
    let path: String
    /// The folder around it that keeps others out; the same where nobody but this user needs it.
    private let root: String
    private let limits: ArtifactLimits
    private let orphans: OrphanGuard?
    private let entry: OrphanGuard.Entry?

    /// How many entries are looked at.
    private static let entriesSeen = 10_000

    /// Makes the folder; blocks for a moment.
    ///
    /// - Parameter isShared: whether processes of any user must be able to use it, as those of a container may be; the
    ///   folder around it stays closed to all but this user.
    init(
        in place: String, isShared: Bool = false, limits: ArtifactLimits, orphans: OrphanGuard?, logger: Logger
    ) throws(StepFailure) {
        root = "\(place)/job-artifacts-\(JobID())"
        path = isShared ? "\(root)/files" : root
        self.limits = limits
        self.orphans = orphans
        // Before it is made: this program may be killed at any moment.
        entry = orphans?.file(root, logger: logger)
        guard mkdir(root, 0o700) == 0,
            // Whatever the program's mask takes away.
            !isShared || mkdir(path, 0o777) == 0 && chmod(path, 0o777) == 0
        else {
            let problem = errno
            rmdir(path)
            rmdir(root)
            if let entry { orphans?.remove(entry) }
            throw .noResources("making a folder in \(place)", problem)
        }
    }

    /// Removes the folder when nothing stands in it.
    func removeIfEmpty() -> Bool {
        guard rmdir(path) == 0 || errno == ENOENT, rmdir(root) == 0 || errno == ENOENT else { return false }
        if let entry { orphans?.remove(entry) }
        return true
    }

    /// Removes the folder with all that stands in it, without following links.
    ///
    /// Blocks.
    func remove() {
        // A folder that its owner may not enter cannot be emptied.
        chmod(path, 0o700)
        try? FileManager.default.removeItem(atPath: root)
        if let entry { orphans?.remove(entry) }
    }

    /// The names that can be kept, in their order, and a line about what cannot.
    ///
    /// Blocks.
    func list() -> (names: [String], notes: [String]) {
        guard let directory = opendir(path) else { return ([], []) }
        defer { closedir(directory) }
        var names: [String] = []
        var misnamed = 0
        for _ in 0..<Self.entriesSeen {
            guard let entry = readdir(directory) else { break }
            let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            if NewArtifact.isName(name) { names.append(name) } else { misnamed += 1 }
        }
        names.sort()
        var notes: [String] = []
        if misnamed > 0 {
            notes.append("\(misnamed) artifacts were not kept: \(ArtifactRefused.invalidName)")
        }
        if names.count > limits.count {
            notes.append(
                "\(names.count - limits.count) artifacts were not kept: \(ArtifactRefused.tooMany(limit: limits.count))"
            )
            names.removeLast(names.count - limits.count)
        }
        return (names, notes)
    }

    /// Reads one file.
    ///
    /// Blocks.
    func read(_ name: String) -> Content {
        // Not waiting for a writer, should it be a pipe; what it is shows on what was opened.
        let file = open("\(path)/\(name)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return .refused(errno == ELOOP ? "it is a link" : String(cString: strerror(errno))) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return .refused("it is no regular file")
        }
        guard status.st_nlink == 1 else { return .refused("it is a link") }
        guard status.st_size <= limits.size.bytes else {
            return .refused("\(ArtifactRefused.tooLarge(limit: limits.size))")
        }
        // It may have grown since; no more than its size is taken.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let result = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress.map { $0 + count }, $0.count - count)
            }
            if result < 0, errno == EINTR { continue }
            if result < 0 { return .refused(String(cString: strerror(errno))) }
            if result == 0 { break }
            count += result
        }
        bytes.removeLast(bytes.count - count)
        return .bytes(bytes)
    }
}

/// What a file is by the end of its name; nothing is ever guessed from its content.
enum ArtifactType {
    static func of(_ name: String) -> String {
        guard let dot = name.lastIndex(of: ".") else { return unknown }
        return types[name[name.index(after: dot)...].lowercased()] ?? unknown
    }

    private static let unknown = "application/octet-stream"
    private static let types = [
        "txt": "text/plain; charset=utf-8", "log": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8",
        "md": "text/markdown; charset=utf-8", "json": "application/json", "xml": "application/xml",
        "yaml": "application/yaml", "yml": "application/yaml", "html": "text/html; charset=utf-8",
        "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
        "svg": "image/svg+xml", "zip": "application/zip", "gz": "application/gzip", "tar": "application/x-tar",
    ]
}
