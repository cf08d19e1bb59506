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
    private var isDeathAwaited = false
    /// How much output may still be told.
    private(set) var allowance: OutputAllowance

    /// Takes over the descriptors of a started process: the one that tells its exit, and those of its output.
    init(handle: ProcessHandle, exit: CInt, stdout: CInt, stderr: CInt, allowance: OutputAllowance) {
        self.handle = handle
        self.exit = exit
        self.pipes = [OutputPipe(.stdout, descriptor: stdout), OutputPipe(.stderr, descriptor: stderr)]
        self.allowance = allowance
    }

    /// Waits for the next event; blocks.
    mutating func next() -> Event {
        while true {
            if !ready.isEmpty { return ready.removeFirst() }
            if exit < 0 {
                if !pipes.contains(where: \.isOpen) { return .ended(handle.reap()) }
                if handle.isKilled {
                    abandonOutput()
                    continue
                }
                // Another child that is just being started holds a copy of each pipe until its program is loaded.
                if !isLeftoverTold, !hasOutput(within: Self.usualStart) {
                    isLeftoverTold = true
                    return .leftOutputOpen
                }
            }
            wait()
        }
    }

    /// Kills and reaps the process when nobody can wait for it any more; blocks only for as long as dying takes.
    mutating func abandon() {
        handle.killNow()
        for index in pipes.indices { pipes[index].close() }
        if exit >= 0 { closeExit() }
        _ = handle.reap()
    }

    /// Whether there is output, or its end, now or soon.
    private func hasOutput(within milliseconds: CInt) -> Bool {
        var polled = pipes.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        return Glibc.poll(&polled, nfds_t(polled.count), milliseconds) > 0
    }

    /// Blocks until something happens, and takes it in.
    private mutating func wait() {
        // A process that dies closes its streams one by one and then ends. Three wake-ups for that would cost a
        // tenth of a short command's whole time, so after the first one only the exit is awaited for a moment.
        if exit >= 0, pipes.contains(where: { !$0.isOpen }), poll(exitFor: Self.usualDeath) { return }
        var polled = (pipes.map(\.descriptor) + [exit]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // Nothing tells this thread that the leftovers of an ended process were killed, so it looks from time to time.
        guard Glibc.poll(&polled, nfds_t(polled.count), exit < 0 ? Self.killCheck : -1) > 0 else { return }
        for index in pipes.indices where polled[index].revents != 0 {
            read(index, isAtEnd: polled[index].revents & Int16(POLLIN) == 0)
        }
        if polled[2].revents != 0 { closeExit() }
    }

    private static let usualDeath: CInt = 2
    private static let usualStart: CInt = 5
    private static let killCheck: CInt = 20

    private mutating func poll(exitFor milliseconds: CInt) -> Bool {
        var polled = pollfd(fd: exit, events: Int16(POLLIN), revents: 0)
        guard !isDeathAwaited, Glibc.poll(&polled, 1, milliseconds) > 0 else {
            isDeathAwaited = true
            return false
        }
        closeExit()
        return true
    }

    private mutating func closeExit() {
        close(exit)
        exit = -1
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
