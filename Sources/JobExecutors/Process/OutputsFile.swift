internal import CProcess
internal import Glibc
internal import JobCore

/// A private file with the outputs of a job's finished steps, for child processes.
///
/// It holds a JSON object: step names, and what `StepOutput.document` says of each.
struct OutputsFile: Sendable {
    /// Where it is.
    let path: String

    /// Writes the file, readable by this user only; nil when there are no outputs.
    ///
    /// Blocks.
    init?(_ outputs: [String: StepOutput], in directory: String) throws(StepFailure) {
        if outputs.isEmpty { return nil }
        let members = outputs.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.document) }
        let bytes = JSONValue.object(JSONObject(uniqueMembers: members)).utf8

        var template = Array("\(directory)/job-outputs-XXXXXX".utf8CString)
        let file = cprocess_temporary_file(&template)
        guard file >= 0 else { throw .noResources("making a file in \(directory)", -file) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let problem = errno
                unlink(path)
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
    }
}
