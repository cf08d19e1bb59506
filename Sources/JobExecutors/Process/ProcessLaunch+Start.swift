internal import CProcess
internal import Glibc
internal import JobCore

extension ProcessLaunch {
    /// Starts the process; blocks until its program is loaded.
    func start(_ handle: ProcessHandle) throws(StepFailure) -> RunningProcess {
        try check()
        let path = try ExecutableLookup(environment: environment, directory: directory).find(program, what: what)
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
        var pid: pid_t = 0
        let problem = CStringList.with([program] + arguments) { argv in
            CStringList.with(environment.map { $0.key + "=" + $0.value }) { variables in
                cprocess_spawn(path, argv, variables, directory, input ?? -1, stdout.write, stderr.write, &pid)
            }
        }
        let exit = problem == 0 ? cprocess_open_pid(pid) : -problem
        if problem == 0 { handle.started(pid) } else { handle.notStarted() }
        guard exit >= 0 else {
            close(stdout.read)
            close(stderr.read)
            if problem == 0 {
                // Without a descriptor nobody would hear of its end.
                kill(-pid, SIGKILL)
                _ = handle.reap()
                throw .noResources("watching a process", -exit)
            }
            throw .cannotStart(what, program: path, directory: directory, problem)
        }
        return RunningProcess(
            handle: handle, exit: exit, stdout: stdout.read, stderr: stderr.read, allowance: allowance)
    }

    private func check() throws(StepFailure) {
        let texts = [[program], arguments, Array(environment.keys), Array(environment.values), [directory]].joined()
        if texts.contains(where: { $0.utf8.contains(0) }) {
            throw StepFailure(
                .invalidStep, "the \(what) holds a NUL character; remove it from its arguments and environment",
                isRetryable: false)
        }
        var status = stat()
        guard stat(directory, &status) == 0 else {
            throw .badDirectory(directory, errno)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .badDirectory(directory, ENOTDIR) }
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

/// Texts as C wants them.
enum CStringList {
    /// Calls `body` with a list of C strings that ends with a null pointer.
    static func with<Value>(_ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value) -> Value
    {
        var bytes: [UInt8] = []
        var offsets: [Int] = []
        bytes.reserveCapacity(texts.reduce(0) { $0 + $1.utf8.count + 1 })
        for text in texts {
            offsets.append(bytes.count)
            bytes.append(contentsOf: text.utf8)
            bytes.append(0)
        }
        return bytes.withUnsafeMutableBytes { buffer in
            let characters = buffer.bindMemory(to: CChar.self)
            var pointers: [UnsafeMutablePointer<CChar>?] = offsets.map { offset in
                characters.baseAddress.map { $0 + offset }
            }
            pointers.append(nil)
            return pointers.withUnsafeBufferPointer { list in
                // The list is never empty: it has the null pointer.
                guard let start = list.baseAddress else { preconditionFailure("an array of one has an address") }
                return body(start)
            }
        }
    }
}
