internal import Glibc
internal import JobCore
internal import Logging

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A private folder by which a step and its worker tell each other of the step's end.
///
/// `checkpoint` holds what the step wants to find again; `stop` gets the file `deadline` once it is known when the step
/// must have ended. A container sees the two as mounts of their own, so that it can replace neither of them.
struct StepFolder: Sendable {
    let path: String
    private let orphans: OrphanGuard?
    private let entry: OrphanGuard.Entry?

    var checkpoint: String { "\(path)/checkpoint" }
    var stop: String { "\(path)/stop" }
    var deadline: String { "\(stop)/\(Self.deadlineName)" }
    var archive: String { "\(path)/archive.tar" }

    static let deadlineName = "deadline"

    /// Makes the folder; blocks for a moment.
    ///
    /// - Parameter isShared: whether processes of any user must be able to use it, as those of a container may be; the
    ///   folder around it stays closed to all but this user.
    init(in place: String, isShared: Bool, orphans: OrphanGuard?, logger: Logger) throws(StepFailure) {
        path = "\(place)/job-step-\(JobID())"
        self.orphans = orphans
        // Before it is made: this program may be killed at any moment.
        entry = orphans?.file(path, logger: logger)
        let checkpoint = "\(path)/checkpoint"
        let stop = "\(path)/stop"
        guard mkdir(path, 0o700) == 0, mkdir(checkpoint, 0o700) == 0, mkdir(stop, 0o755) == 0,
            // Whatever the program's mask takes away.
            !isShared || chmod(checkpoint, 0o777) == 0 && chmod(stop, 0o755) == 0
        else {
            let problem = errno
            rmdir(checkpoint)
            rmdir(stop)
            rmdir(path)
            if let entry { orphans?.remove(entry) }
            throw .noResources("making a folder in \(place)", problem)
        }
    }

    /// Whether the step has left nothing; blocks for a moment.
    var isCheckpointEmpty: Bool {
        guard let directory = opendir(checkpoint) else { return false }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { return false }
        }
        return true
    }

    /// Tells the step when it must have ended; blocks for a moment.
    func tell(deadline time: Timestamp) throws {
        let draft = "\(path)/deadline"
        try FileBytes.write(Array("\(time)\n".utf8), to: draft, mode: 0o644)
        // Whole from the moment on at which it is seen.
        guard rename(draft, deadline) == 0 else { throw FileTrouble("make", deadline) }
    }

    /// Removes the folder when the step has left nothing in it; blocks for a moment.
    func removeIfEmpty() -> Bool {
        guard rmdir(checkpoint) == 0 else { return false }
        unlink(deadline)
        rmdir(stop)
        unlink(archive)
        guard rmdir(path) == 0 else { return false }
        if let entry { orphans?.remove(entry) }
        return true
    }

    /// Removes the folder with all that stands in it, without following links; blocks.
    func remove() {
        chmod(checkpoint, 0o700)
        try? FileManager.default.removeItem(atPath: path)
        if let entry { orphans?.remove(entry) }
    }
}
