#if os(Linux)
    internal import Glibc
    internal import JobTransport
    internal import Synchronization

    /// A program of this machine that a test starts; it leads a session of its own.
    package final class MachineProcess: Sendable {
        /// Why a program could not be started, or ended badly.
        package struct Failure: Error, CustomStringConvertible {
            package let description: String
        }

        private let pid: pid_t
        private let ended = Observed<Int32?>(nil)
        /// False once the number may belong to another process.
        private let isOurs = Mutex(true)

        private init(pid: pid_t) {
            self.pid = pid
        }

        /// Starts a program.
        ///
        /// - Parameters:
        ///   - arguments: its path or its name, which is looked for in PATH, and what follows.
        ///   - environment: all of its variables.
        ///   - output: the file that its output and its errors are appended to.
        package static func start(
            _ arguments: [String], environment: [String: String], output: String = "/dev/null"
        ) throws -> MachineProcess {
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
            closeRest(&actions)
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | 0x80))
            var none = sigset_t()
            sigemptyset(&none)
            posix_spawnattr_setsigmask(&attributes, &none)
            var all = sigset_t()
            sigfillset(&all)
            posix_spawnattr_setsigdefault(&attributes, &all)

            var pid = pid_t()
            let words = arguments.map { strdup($0) } + [nil]
            let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
            defer { for text in words + variables { free(text) } }
            let error = posix_spawnp(&pid, arguments[0], &actions, &attributes, words, variables)
            guard error == 0 else {
                throw Failure(description: "cannot start \(arguments[0]): \(String(cString: strerror(error)))")
            }
            let process = MachineProcess(pid: pid)
            let refused = BlockingThread.start { process.reap() }
            guard refused == 0 else {
                kill(pid, SIGKILL)
                throw Failure(description: "no thread to wait for \(arguments[0])")
            }
            return process
        }

        /// Runs a program to its end.
        ///
        /// - Throws: ``Failure`` when it does not end with status 0.
        package static func run(_ arguments: [String]) async throws {
            let process = try start(arguments, environment: ["PATH": standardPath])
            let status = await process.wait()
            guard status == 0 else {
                throw Failure(description: "`\(arguments.joined(separator: " "))` ended with status \(status)")
            }
        }

        /// Where programs are looked for.
        package static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

        /// Waits for the end, whether or not the task is cancelled meanwhile.
        ///
        /// - Returns: the exit code, or 128 and the number of the signal.
        @discardableResult
        package func wait() async -> Int32 {
            await withCheckedContinuation { continuation in
                // A waiter of its own, because one that is cancelled would stop waiting.
                Task.detached {
                    let status = try? await self.ended.first { $0 }
                    continuation.resume(returning: status ?? -1)
                }
            }
        }

        /// Sends a signal, unless it has ended.
        package func signal(_ number: Int32) {
            isOurs.withLock { if $0 { kill(pid, number) } }
        }

        /// Kills the children of the program, or the program itself when it has none; it then ends after them.
        package func killChildren() {
            isOurs.withLock { isOurs in
                guard isOurs else { return }
                let children = TextFile.read("/proc/\(pid)/task/\(pid)/children") ?? ""
                let pids = children.split(separator: " ").compactMap { pid_t($0) }
                for pid in pids.isEmpty ? [pid] : pids { kill(pid, SIGKILL) }
            }
        }

        /// Leaves the program no descriptor besides the first three; Swift's view of the C library lacks this call.
        private static func closeRest(_ actions: inout posix_spawn_file_actions_t) {
            guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
            typealias Call = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
            _ = unsafeBitCast(symbol, to: Call.self)(&actions, 3)
        }

        private func reap() {
            var info = siginfo_t()
            while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            var status: Int32 = 0
            isOurs.withLock { isOurs in
                isOurs = false
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            }
            let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
            ended.update { $0 = code }
        }
    }
#endif
