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
        var stdout = try OutputPipe(.stdout)
        var stderr: OutputPipe
        do throws(StepFailure) { stderr = try OutputPipe(.stderr) } catch {
            stdout.close()
            throw error
        }

        handle.starting("JOB_ATTEMPT_ID=\(environment["JOB_ATTEMPT_ID"] ?? "")", logger: logger)
        var child = cprocess_child()
        let problem = texts.start(path, input: input, output: stdout.writer, error: stderr.writer, &child)
        guard problem == 0 else {
            handle.notStarted()
            stdout.close()
            stderr.close()
            throw inDirectory(.cannotStart(what, program: path, directory: directory, problem))
        }
        handle.started(child.pid)
        return RunningProcess(
            handle: handle, exit: child.exit, stdout: stdout, stderr: stderr, allowance: allowance)
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
}
