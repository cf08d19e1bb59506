internal import Glibc
internal import JobCore
internal import Logging

/// A private file with the outputs of a job's finished steps, for child processes.
///
/// It holds a JSON object: step names, and what `StepOutput.document` says of each.
struct OutputsFile: Sendable {
    /// Where it is.
    let path: String
    /// Removes it when this program is killed.
    private let orphans: OrphanGuard?
    private let entry: OrphanGuard.Entry?

    /// Writes the file, readable by this user only; nil when there are no outputs.
    ///
    /// Blocks. The guard is told of the path before there is a file.
    init?(
        _ outputs: [String: StepOutput], in directory: String, orphans: OrphanGuard?, logger: Logger
    ) throws(StepFailure) {
        if outputs.isEmpty { return nil }
        let members = outputs.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.document) }
        let bytes = JSONValue.object(JSONObject(uniqueMembers: members)).utf8

        path = "\(directory)/job-outputs-\(JobID())"
        // Before it is made: this program may be killed at any moment.
        self.orphans = orphans
        entry = orphans?.file(path, logger: logger)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            let problem = errno
            if let entry { orphans?.remove(entry) }
            throw .noResources("making a file in \(directory)", problem)
        }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let problem = errno
                remove()
                throw .noResources("writing \(path)", problem)
            }
            written += count
        }
    }

    /// Removes the file.
    ///
    /// Blocks.
    func remove() {
        unlink(path)
        if let entry { orphans?.remove(entry) }
    }
}
