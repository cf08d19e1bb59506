internal import CCurl
internal import Glibc
internal import Synchronization

/// What tasks want from the event loop, and the bell that wakes it.
///
/// The bell is rung at most once between two sleeps, so a burst of requests costs one system call.
final class Mailbox: Sendable {
    enum Command: Sendable {
        case start(Exchange)
        /// The exchange has ended on the caller's side: take it off the wire.
        case cancel(Exchange)
        case resumeReceiving(Exchange)
        case resumeSending(Exchange)
        /// End when nothing is left to do; the transport was let go.
        case drain
        /// End now and fail what is in flight.
        case stop
    }

    private struct State {
        var commands: [Command] = []
        var isAsleep = false
        var isClosed = false
        var closeWaiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Readable when the loop has to wake.
    let bell: Int32
    private let state = Mutex(State())

    init() throws(TransportError) {
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard bell >= 0 else { throw .system("making an event descriptor", errno) }
    }

    deinit {
        close(bell)
    }

    /// Leaves a command.
    ///
    /// Returns false when the loop has ended and nobody will see it.
    @discardableResult
    func post(_ command: Command) -> Bool {
        let (accepted, rings) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.commands.append(command)
            defer { state.isAsleep = false }
            return (true, state.isAsleep)
        }
        if rings { eventfd_write(bell, 1) }
        return accepted
    }

    /// Asks to sleep; refused when commands are waiting.
    ///
    /// From here on the next command rings the bell.
    func maySleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.commands.isEmpty
            return state.isAsleep
        }
    }

    /// Takes all commands in order into an empty array, whose storage is kept for the next ones.
    func take(into commands: inout [Command]) {
        state.withLock { state in
            state.isAsleep = false
            swap(&state.commands, &commands)
        }
    }

    /// Silences the bell after it woke the loop.
    func silence() {
        var count: eventfd_t = 0
        eventfd_read(bell, &count)
    }

    /// The loop has ended.
    ///
    /// Returns the commands that came too late.
    func closeForGood() -> [Command] {
        let (late, waiters) = state.withLock { state in
            state.isClosed = true
            defer {
                state.commands = []
                state.closeWaiters = []
            }
            return (state.commands, state.closeWaiters)
        }
        for waiter in waiters { waiter.resume() }
        return late
    }

    /// Returns when the loop has ended.
    func waitUntilClosed() async {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.closeWaiters.append(continuation) }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }
}

extension TransportError {
    /// The error of a system call that should not fail.
    static func system(_ operation: String, _ number: Int32) -> TransportError {
        TransportError(.internalError, operation: operation, detail: String(cString: strerror(number)))
    }
}
