internal import Glibc
internal import JobCore

/// A started process with its output, as the thread sees it that waits for it.
///
/// A value that is handed from call to call, so it needs no lock.
struct RunningProcess: Sendable {
    /// What happens next.
    enum Event: Sendable {
        /// It printed; never empty.
        case output(LogEntry.Stream, [UInt8])
        /// A stream has used up its allowance; comes once a stream.
        case limitReached(LogEntry.Stream)
        /// It has ended, but something still holds its output open; comes at most once.
        case leftOutputOpen
        /// It is over and reaped; nothing follows. Nil when its status is lost.
        case ended(ProcessStatus?)
    }

    private let handle: ProcessHandle
    private var exit: CInt
    private var pipes: [OutputPipe]
    private var ready: [Event] = []
    private var isLeftoverTold = false
    /// When the output of an ended process should have come to its end, by ``pace``.
    private var usualEnd = Duration.zero
    /// How much output may still be told.
    private(set) var allowance: OutputAllowance

    /// Takes over the descriptor of a started process that tells its exit, and its output.
    init(handle: ProcessHandle, exit: CInt, stdout: OutputPipe, stderr: OutputPipe, allowance: OutputAllowance) {
        self.handle = handle
        self.exit = exit
        self.pipes = [stdout, stderr]
        self.allowance = allowance
    }

    /// Waits for the next event; blocks.
    mutating func next() -> Event {
        while true {
            if !ready.isEmpty { return ready.removeFirst() }
            if exit >= 0 {
                takeIn(within: -1)
                continue
            }
            if !pipes.contains(where: \.isOpen) { return .ended(handle.reap()) }
            if handle.isKilled {
                abandonOutput()
                continue
            }
            takeInLeftovers()
        }
    }

    /// Takes in what comes after the end, and tells once when something else holds the pipes.
    private mutating func takeInLeftovers() {
        // Asked before the look: what waits in the pipes until then, and their end, is still the process's own.
        let isLate = Self.pace.uptime >= usualEnd
        let hasCome = takeIn(within: isLeftoverTold ? Self.killCheck : Self.usualStart)
        // That output comes proves nothing, as a leftover may print without end.
        guard !isLeftoverTold, isLate || !hasCome, pipes.contains(where: \.isOpen) else { return }
        isLeftoverTold = true
        ready.append(.leftOutputOpen)
    }

    /// The clock that `poll` waits by; the one that a test may hold is for the graces.
    private static let pace = TimeSource.system
    /// Another child that is just being started holds a copy of each pipe for a moment; in milliseconds.
    private static let usualStart: CInt = 5
    /// Nothing tells this thread that the leftovers of an ended process were killed, so it looks from time to time.
    private static let killCheck: CInt = 20

    /// Kills and reaps the process when nobody can wait for it any more; blocks only for as long as dying takes.
    mutating func abandon() {
        handle.killNow()
        for index in pipes.indices { pipes[index].close() }
        if exit >= 0 { closeExit() }
        _ = handle.reap()
    }

    /// Takes in what happens; blocks until then, at most some milliseconds, or without an end below zero.
    ///
    /// - Returns: false when nothing has happened.
    @discardableResult
    private mutating func takeIn(within milliseconds: CInt) -> Bool {
        var polled: [3 of pollfd] = [
            pollfd(fd: pipes[0].descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipes[1].descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: exit, events: Int16(POLLIN), revents: 0),
        ]
        var all = polled.mutableSpan
        let count = all.withUnsafeMutableBufferPointer { Glibc.poll($0.baseAddress, nfds_t($0.count), milliseconds) }
        guard count > 0 else { return false }
        for index in pipes.indices where polled[index].revents != 0 {
            read(index, isAtEnd: polled[index].revents & Int16(POLLIN) == 0)
        }
        if polled[2].revents != 0 { closeExit() }
        return true
    }

    /// Only now the ends of the pipes matter: a process that dies closes its streams one by one before it has ended,
    /// and each would wake this thread.
    private mutating func closeExit() {
        close(exit)
        exit = -1
        usualEnd = Self.pace.uptime + .milliseconds(Int(Self.usualStart))
        for index in pipes.indices { pipes[index].closeWriter() }
    }

    private mutating func read(_ index: Int, isAtEnd: Bool = false) {
        let bytes = pipes[index].read(isAtEnd: isAtEnd)
        let stream = pipes[index].stream
        let left = allowance[stream]
        if bytes.count <= left {
            allowance[stream] -= bytes.count
            if !bytes.isEmpty { ready.append(.output(stream, bytes)) }
            return
        }
        allowance.isExceeded = true
        // Below zero it has been told.
        guard left >= 0 else { return }
        allowance[stream] = -1
        var kept = bytes[..<left]
        kept.removeLast(OutputPipe.unfinishedTail(of: kept))
        if !kept.isEmpty { ready.append(.output(stream, Array(kept))) }
        ready.append(.limitReached(stream))
    }

    /// Takes what is in the pipes and leaves them to whoever has escaped from the group.
    private mutating func abandonOutput() {
        for index in pipes.indices {
            var polled = pollfd(fd: pipes[index].descriptor, events: Int16(POLLIN), revents: 0)
            if Glibc.poll(&polled, 1, 0) > 0 { read(index) }
            let held = pipes[index].close()
            if !held.isEmpty, allowance[pipes[index].stream] >= held.count {
                ready.append(.output(pipes[index].stream, held))
            }
        }
    }
}
