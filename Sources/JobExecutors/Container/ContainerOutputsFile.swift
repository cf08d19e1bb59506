internal import Glibc
internal import JobCore
internal import Logging

/// The outputs of a job's finished steps as a file that a container may read, whatever its user is.
///
/// The file itself is open to everybody, and lies in a directory that only this user may enter.
struct ContainerOutputsFile: Sendable {
    /// Where containers see it.
    static let pathInside = "/run/jobkit/outputs.json"

    /// Where it is on the host.
    var path: String { file.path }

    private let directory: String
    private let file: OutputsFile

    /// Writes the file; nil when there are no outputs.
    ///
    /// Blocks.
    init?(_ outputs: [String: StepOutput], in place: String, logger: Logger) throws(StepFailure) {
        if outputs.isEmpty { return nil }
        var template = Array("\(place)/job-container-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .noResources("making a directory in \(place)", errno) }
        directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        do throws(StepFailure) {
            guard let file = try OutputsFile(outputs, in: directory, orphans: .shared, logger: logger) else {
                rmdir(directory)
                return nil
            }
            self.file = file
        } catch {
            rmdir(directory)
            throw error
        }
        guard chmod(file.path, 0o444) == 0 else {
            let problem = errno
            remove()
            throw .noResources("opening \(file.path) to the container's user", problem)
        }
    }

    /// The mount that shows it.
    var mount: ContainerAction.Mount {
        ContainerAction.Mount(source: path, target: Self.pathInside, isReadOnly: true)
    }

    /// Removes the file.
    ///
    /// Blocks.
    func remove() {
        file.remove()
        rmdir(directory)
    }
}
