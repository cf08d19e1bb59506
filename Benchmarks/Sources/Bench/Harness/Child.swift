#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What went wrong outside of what is measured.
struct BenchError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// Another program that takes part in a benchmark.
final class Child {
    let pid: pid_t
    private let output: Int32
    private let command: String

    /// Starts a program with its standard output in a pipe; its standard error stays ours unless it is silenced.
    init(_ argv: [String], environment: [String: String] = [:], isSilent: Bool = false) throws {
        command = argv.joined(separator: " ")
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw BenchError("no pipe for \(command)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        if isSilent { posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        // Our threads block signals, and a program that keeps it so cannot be stopped.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        var arguments = argv.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = []
        var entry = environ
        while let variable = entry.pointee {
            let name = String(cString: variable).prefix { $0 != "=" }
            if environment[String(name)] == nil { variables.append(strdup(variable)) }
            entry += 1
        }
        for (name, value) in environment { variables.append(strdup("\(name)=\(value)")) }
        variables.append(nil)
        defer { for pointer in arguments + variables { free(pointer) } }
        var child = pid_t()
        let code = posix_spawnp(&child, argv[0], &actions, &attributes, &arguments, &variables)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw BenchError("\(command) cannot be started: \(String(cString: strerror(code)))")
        }
        pid = child
        output = ends[0]
    }

    /// The next line of its output; nil at the end.
    func line() -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1 {
            if byte == 10 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Asks it to end, waits, and throws nothing: it was ours to stop.
    func stop() {
        kill(pid, SIGTERM)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        close(output)
    }

    /// Reads all of its output and waits for it.
    func finish() throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        close(output)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        guard status == 0 else { throw BenchError("\(command) failed (status \(status))") }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Runs a program to its end and returns what it printed.
    static func run(
        _ argv: [String], environment: [String: String] = [:], isSilent: Bool = false
    ) throws -> String {
        try Child(argv, environment: environment, isSilent: isSilent).finish()
    }

    /// Runs a program that prints one number.
    static func figure(_ argv: [String], environment: [String: String] = [:]) throws -> Double {
        let text = try run(argv, environment: environment)
        let line = text.split(whereSeparator: \.isNewline).last ?? ""
        guard let value = Double(line) else { throw BenchError("\(argv[0]) printed no number: \(text)") }
        return value
    }

    /// Milliseconds of processor time that the process has used.
    func processorTime() -> Double { Self.processorTime(of: pid) }

    /// By the process's own clock: `/proc` counts in steps of 10 ms, which is more than an idle program uses.
    static func processorTime(of pid: pid_t) -> Double {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
        return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
    }

    /// Memory that the process alone accounts for, shared pages in proportion, in MiB.
    static func memory(of pid: pid_t) -> Double {
        for line in Files.text("/proc/\(pid)/smaps_rollup").split(separator: "\n") where line.hasPrefix("Pss:") {
            return (line.split(separator: " ").compactMap { Double($0) }.first ?? 0) / 1_024
        }
        return 0
    }
}
