internal import CProcess
internal import Glibc
internal import Logging
internal import Synchronization

/// Ends what running steps leave behind when this program is killed.
///
/// The program keeps a table of its process groups and private files in memory that it shares with one small process,
/// the guard. That one sleeps on a pipe until the program is gone, and then ends what still stands in the table. So a
/// step costs three small writes and no message, and nothing waits for the guard, whatever happens to it.
final class OrphanGuard: Sendable {
    /// One line of the table.
    struct Entry: Hashable, Sendable {
        fileprivate let table: CInt
        fileprivate let place: Int
    }

    private struct State {
        /// The table; -1 before the first entry, and the same ever after.
        var table: CInt = -1
        /// The end of the pipe whose closing wakes the guard; -1 while there is none.
        var lifeline: CInt = -1
        var unused: [Int] = []
        var size = 0
        var startsLeft = OrphanGuard.mostStarts
    }

    /// The guard of this program.
    static let shared = OrphanGuard()

    /// The length of each line; what does not fit is not guarded.
    static let lineBytes = 256
    /// How often a guard that cannot be started or kept alive is tried.
    private static let mostStarts = 5

    private let shell: String
    private let state = Mutex(State())

    /// Makes a guard that is started with the first entry; `shell` reads its script.
    init(shell: String = "/bin/sh") {
        self.shell = shell
    }

    /// Notes that a process is about to start, whose environment will hold `variable`; nil without a guard.
    ///
    /// Blocks for a moment when the guard itself has to be started.
    func starting(_ variable: String, logger: Logger) -> Entry? {
        add("s \(variable)", logger: logger)
    }

    /// Notes the process group that the entry's process leads.
    func started(_ group: pid_t, _ entry: Entry) {
        Self.write("g \(group)", to: entry)
    }

    /// Notes a file that is to be removed.
    func file(_ path: String, logger: Logger) -> Entry? {
        add("f \(path)", logger: logger)
    }

    /// Takes an entry out; a group must be taken out before its leader is reaped.
    func remove(_ entry: Entry) {
        Self.write("", to: entry)
        state.withLock { $0.unused.append(entry.place) }
    }

    // MARK: The table

    private func add(_ line: String, logger: Logger) -> Entry? {
        // A line of its own is what the guard reads; such a text can stand in none.
        guard line.utf8.count < Self.lineBytes, !line.utf8.contains(UInt8(ascii: "\n")) else { return nil }
        guard hasGuard(logger) else { return nil }
        let entry = state.withLock { state in
            if let place = state.unused.popLast() { return Entry(table: state.table, place: place) }
            let entry = Entry(table: state.table, place: state.size)
            state.size += 1
            // At once, so that there is no gap, which would run into the line behind it.
            Self.write("", to: entry)
            return entry
        }
        Self.write(line, to: entry)
        return entry
    }

    /// Not under the lock: each line has one owner, and many steps start and end at once.
    private static func write(_ line: String, to entry: Entry) {
        withUnsafeTemporaryAllocation(byteCount: lineBytes, alignment: 1) { bytes in
            bytes.copyBytes(from: line.utf8)
            for index in line.utf8.count..<lineBytes - 1 { bytes[index] = UInt8(ascii: " ") }
            bytes[lineBytes - 1] = UInt8(ascii: "\n")
            // Memory of this program's own; when there is no more of it, the entry goes unguarded.
            _ = pwrite(entry.table, bytes.baseAddress, lineBytes, off_t(entry.place * lineBytes))
        }
    }

    // MARK: The guard's process

    /// Starts the guard unless it lives; false when it cannot be had.
    private func hasGuard(_ logger: Logger) -> Bool {
        // Asked outside the lock, or all threads that start a process would wait for each other's call. When the number
        // has come to mean another descriptor meanwhile, the guard has just been replaced.
        if Self.isRead(state.withLock { $0.lifeline }) { return true }
        return state.withLock { ensureGuard(&$0, logger) }
    }

    /// Whether somebody reads from the pipe.
    private static func isRead(_ lifeline: CInt) -> Bool {
        guard lifeline >= 0 else { return false }
        var polled = pollfd(fd: lifeline, events: 0, revents: 0)
        // It reports an error once nobody can read from it any more.
        return poll(&polled, 1, 0) <= 0
    }

    /// The same under the lock.
    private func ensureGuard(_ state: inout State, _ logger: Logger) -> Bool {
        if Self.isRead(state.lifeline) { return true }
        if state.lifeline >= 0 {
            close(state.lifeline)
            state.lifeline = -1
            logger.warning(
                "The guard of running processes was ended", metadata: ["starts.left": "\(state.startsLeft)"])
        }
        guard state.startsLeft > 0 else { return false }
        state.startsLeft -= 1
        let problem = start(&state)
        guard problem != 0 else { return true }
        logger.warning(
            "The guard of running processes cannot be started; they stay when this program is killed",
            metadata: ["error": "\(String(cString: strerror(problem)))", "starts.left": "\(state.startsLeft)"])
        return false
    }

    /// Starts the guard; returns 0 or an error number.
    private func start(_ state: inout State) -> CInt {
        if state.table < 0 {
            let table = cprocess_memory_file(nil, 0)
            guard table >= 0 else { return -table }
            state.table = table
        }
        var ends: [CInt] = [-1, -1]
        let noPipe = cprocess_pipe(&ends)
        guard noPipe == 0 else { return noPipe }
        defer { close(ends[0]) }
        var texts = ProcessTexts(
            [shell, "-c", Self.script, "job-guard"],
            environment: ["PATH": ProcessVariables.current["PATH"] ?? "/usr/bin:/bin"], directory: "/")
        var child = cprocess_child()
        let problem = texts.start(shell, input: ends[0], output: state.table, error: nil, &child)
        guard problem == 0 else {
            close(ends[1])
            return problem
        }
        // The shell leaves its work to a child and ends at once, so the guard is nobody's zombie.
        var code: CInt = 0
        var signal: CInt = 0
        _ = cprocess_reap(child.pid, &code, &signal)
        close(child.exit)
        state.lifeline = ends[1]
        return 0
    }
}
