internal import CProcess
internal import Glibc
internal import JobCore

extension ProcessLaunch {
    /// Starts the process; blocks until its program is loaded.
    func start(_ handle: ProcessHandle) throws(StepFailure) -> RunningProcess {
        var texts = ProcessTexts([program] + arguments, environment: environment, directory: directory)
        guard !texts.holdsNUL else {
            throw StepFailure(
                .invalidStep, "the \(what) holds a NUL character; remove it from its arguments and environment",
                isRetryable: false)
        }
        let path: String
        do throws(StepFailure) {
            path = try ExecutableLookup(environment: environment, directory: directory).find(program, what: what)
        } catch { throw inDirectory(error) }
        let input = try openInput()
        defer { if let input { close(input) } }
        let stdout = try Self.pipe()
        defer { close(stdout.write) }
        let stderr: (read: CInt, write: CInt)
        do { stderr = try Self.pipe() } catch {
            close(stdout.read)
            throw error
        }
        defer { close(stderr.write) }

        handle.starting("JOB_ATTEMPT_ID=\(environment["JOB_ATTEMPT_ID"] ?? "")", logger: logger)
        var child = cprocess_child()
        let problem = texts.start(path, input: input, output: stdout.write, error: stderr.write, &child)
        guard problem == 0 else {
            handle.notStarted()
            close(stdout.read)
            close(stderr.read)
            throw inDirectory(.cannotStart(what, program: path, directory: directory, problem))
        }
        handle.started(child.pid)
        return RunningProcess(
            handle: handle, exit: child.exit, stdout: stdout.read, stderr: stderr.read, allowance: allowance)
    }

    /// Why nothing was started: a directory that is not usable explains any failure.
    ///
    /// It is looked at only then, because that costs every start a call.
    private func inDirectory(_ failure: StepFailure) -> StepFailure {
        var status = stat()
        if stat(directory, &status) != 0 { return .badDirectory(directory, errno) }
        if status.st_mode & S_IFMT != S_IFDIR { return .badDirectory(directory, ENOTDIR) }
        return access(directory, X_OK) == 0 ? failure : .badDirectory(directory, errno)
    }

    private func openInput() throws(StepFailure) -> CInt? {
        guard var input else { return nil }
        // A file in memory cannot fill up like a pipe when the program does not read it.
        let file = input.withUTF8 { cprocess_memory_file($0.baseAddress, $0.count) }
        guard file >= 0 else { throw .noResources("preparing standard input", -file) }
        return file
    }

    private static func pipe() throws(StepFailure) -> (read: CInt, write: CInt) {
        var ends: [CInt] = [-1, -1]
        let problem = cprocess_pipe(&ends)
        guard problem == 0 else { throw .noResources("opening a pipe", problem) }
        return (ends[0], ends[1])
    }
}
