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
    private var wake: CInt
    private var pipes: [OutputPipe]
    private var ready: [Event] = []
    private var isLeftoverTold = false
    /// How much output may still be told.
    private(set) var allowance: OutputAllowance

    /// Takes over the descriptors of a started process: the one that tells its exit, and those of its output.
    init(handle: ProcessHandle, exit: CInt, stdout: CInt, stderr: CInt, allowance: OutputAllowance) {
        self.handle = handle
        self.exit = exit
        self.wake = handle.wake
        self.pipes = [OutputPipe(.stdout, descriptor: stdout), OutputPipe(.stderr, descriptor: stderr)]
        self.allowance = allowance
    }

    /// Waits for the next event; blocks.
    mutating func next() -> Event {
        while true {
            if !ready.isEmpty { return ready.removeFirst() }
            if exit < 0 {
                if !pipes.contains(where: \.isOpen) { return .ended(handle.reap()) }
                if wake < 0 {
                    abandonOutput()
                    continue
                }
                if !isLeftoverTold, !hasOutput() {
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
        if exit >= 0 { close(exit) }
        exit = -1
        _ = handle.reap()
    }

    /// Whether output is ready now.
    private func hasOutput() -> Bool {
        var polled = pipes.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        return poll(&polled, nfds_t(polled.count), 0) > 0
    }

    /// Blocks until something happens, and takes it in.
    private mutating func wait() {
        var polled = (pipes.map(\.descriptor) + [exit, wake]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&polled, nfds_t(polled.count), -1) > 0 else { return }
        for index in pipes.indices where polled[index].revents != 0 { read(index) }
        if polled[2].revents != 0 {
            close(exit)
            exit = -1
        }
        if polled[3].revents != 0 { wake = -1 }
    }

    private mutating func read(_ index: Int) {
        let bytes = pipes[index].read()
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
            if poll(&polled, 1, 0) > 0 { read(index) }
            let held = pipes[index].close()
            if !held.isEmpty, allowance[pipes[index].stream] >= held.count {
                ready.append(.output(pipes[index].stream, held))
            }
        }
    }
}
