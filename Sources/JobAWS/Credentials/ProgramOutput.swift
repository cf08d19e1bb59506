internal import Glibc
internal import JobCore
internal import JobTransport

/// What a small program printed, or how it failed.
enum ProgramOutput: Sendable {
    case printed([UInt8])
    case failed(String)

    private static let most = 64 * 1024

    /// Runs a program on a thread of its own; its group is killed when the time is over.
    static func of(
        _ words: [String], variables: [String: String], limit: Duration, time: TimeSource
    ) async throws -> ProgramOutput {
        await withCheckedContinuation { continuation in
            let error = BlockingThread.start {
                continuation.resume(returning: run(words, variables: variables, end: time.uptime + limit, time: time))
            }
            if error != 0 { continuation.resume(returning: .failed("no thread can be started (error \(error))")) }
        }
    }

    private static func run(
        _ words: [String], variables: [String: String], end: Duration, time: TimeSource
    ) -> ProgramOutput {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return .failed("no pipe can be made (error \(errno))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var child = pid_t()
        let error = spawn(words, variables: variables, output: ends[1], child: &child)
        close(ends[1])
        defer { close(ends[0]) }
        guard error == 0 else {
            return .failed("\(words[0]) cannot be started: \(String(cString: strerror(error)))")
        }
        let (bytes, trouble) = read(ends[0], end: end, time: time)
        if trouble != nil { kill(-child, SIGKILL) }
        let status = status(of: child, end: end, time: time)
        if let trouble { return .failed("\(words[0]) \(trouble)") }
        guard status == 0 else {
            let signal = status & 0x7F
            return .failed(
                signal == 0 ? "\(words[0]) exited with \((status >> 8) & 0xFF)" : "\(words[0]) died of signal \(signal)"
            )
        }
        return .printed(bytes)
    }

    /// Waits for the program, which may have closed its output long before it ends.
    private static func status(of child: pid_t, end: Duration, time: TimeSource) -> Int32 {
        var status: Int32 = 0
        while true {
            switch waitpid(child, &status, time.uptime < end ? WNOHANG : 0) {
            case child: return status
            case 0:
                _ = poll(nil, 0, 20)
                if time.uptime >= end { kill(-child, SIGKILL) }
            case -1 where errno == EINTR: continue
            default: return status
            }
        }
    }

    /// Reads to the end of the output.
    private static func read(_ descriptor: Int32, end: Duration, time: TimeSource) -> ([UInt8], String?) {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let left = end - time.uptime
            guard left > .zero else { return (bytes, "takes too long") }
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(min(left.wholeMicroseconds / 1_000 + 1, 1_000))
            guard poll(&watched, 1, milliseconds) > 0 else { continue }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return (bytes, nil) }
            if count < 0 { if errno == EINTR { continue } else { return (bytes, "cannot be read from") } }
            bytes += chunk[..<count]
            if bytes.count > most { return (bytes, "prints more than \(most) bytes") }
        }
    }

    private static func spawn(
        _ words: [String], variables: [String: String], output: Int32, child: inout pid_t
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

        var arguments = words.map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + settings { free(text) } }
        return posix_spawnp(&child, words[0], &actions, &attributes, &arguments, &settings)
    }
}
