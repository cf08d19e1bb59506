internal import CProcess
internal import Glibc
internal import JobCore
internal import Logging
internal import Synchronization

/// A child's process group, as those see it who may end it.
///
/// The leader is reaped under the lock that all signals are sent under, so no signal can reach a foreign process that
/// got the same number later.
final class ProcessHandle: Sendable {
    private enum Phase {
        case starting
        case running(pid_t)
        case reaped
    }

    private struct State {
        var phase = Phase.starting
        /// Whether somebody asked for the end while there was something to end.
        var isStopped = false
        /// Whether the graces are over.
        var isKilled = false
        var timer: Task<Void, Never>?
        /// Its place in the guard's table.
        var entry: OrphanGuard.Entry?

        var leader: pid_t? {
            guard case .running(let pid) = phase else { return nil }
            return pid
        }

        var isReaped: Bool {
            guard case .reaped = phase else { return false }
            return true
        }
    }

    private let time: TimeSource
    private let orphans: OrphanGuard?
    private let state = Mutex(State())

    /// Makes a handle before its process, so that a cancellation in between is not lost.
    ///
    /// - Parameters:
    ///   - time: measures the graces.
    ///   - orphans: ends the group when this program is killed; nil for nobody.
    init(time: TimeSource, orphans: OrphanGuard?) {
        self.time = time
        self.orphans = orphans
    }

    /// Whether ``stop(grace:)`` was called before the end.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Whether the group was killed, so that nobody need read on when its leader has ended.
    var isKilled: Bool { state.withLock { $0.isKilled } }

    /// Tells the guard of the process before it starts, by a variable of its environment.
    func starting(_ variable: String, logger: Logger) {
        let entry = orphans?.starting(variable, logger: logger)
        state.withLock { $0.entry = entry }
    }

    /// Notes that no process was started.
    func notStarted() {
        state.withLock { forget(&$0) }
    }

    /// Notes the started process; it meets a stop that came before it.
    func started(_ pid: pid_t) {
        state.withLock { state in
            state.phase = .running(pid)
            if let entry = state.entry { orphans?.started(pid, entry) }
            if state.isKilled {
                Glibc.kill(-pid, SIGKILL)
            } else if state.isStopped {
                Self.terminate(pid)
            }
        }
    }

    /// Asks the whole group to end, and kills it after the grace; returns at once, from any thread.
    func stop(grace: Duration) {
        state.withLock { state in
            guard !state.isReaped else { return }
            state.isStopped = true
            if let leader = state.leader { Self.terminate(leader) }
        }
        kill(after: grace)
    }

    /// Kills the group when `grace` is over; a timer that runs already stays.
    func kill(after grace: Duration) {
        state.withLock { state in
            guard state.timer == nil, !state.isReaped else { return }
            // A task of its own, because a cancelled one cannot sleep; ``finish()`` ends it and waits for it.
            state.timer = Task { [time] in
                do { try await time.sleep(for: grace) } catch { return }
                killNow()
            }
        }
    }

    /// Kills what is left of the group, and reaps its leader, which must have ended.
    ///
    /// - Returns: nil when the status is lost, because the program ignores SIGCHLD or reaps foreign children.
    func reap() -> ProcessStatus? {
        state.withLock { state in
            guard let leader = state.leader else { return nil }
            state.phase = .reaped
            // The unreaped leader keeps the group's number from being given to another one.
            Glibc.kill(-leader, SIGKILL)
            // While the number is still taken, so that the guard never ends a stranger.
            forget(&state)
            var code: CInt = 0
            var signal: CInt = 0
            guard cprocess_reap(leader, &code, &signal) == 0 else { return nil }
            return signal == 0 ? .exited(Int(code)) : .signalled(Int(signal))
        }
    }

    /// Kills the group at once.
    func killNow() {
        state.withLock { state in
            state.isKilled = true
            if let leader = state.leader { Glibc.kill(-leader, SIGKILL) }
        }
    }

    /// Ends the timer.
    func finish() async {
        let timer = state.withLock { $0.timer.take() }
        timer?.cancel()
        await timer?.value
    }

    private func forget(_ state: inout State) {
        guard let entry = state.entry.take() else { return }
        orphans?.remove(entry)
    }

    private static func terminate(_ leader: pid_t) {
        Glibc.kill(-leader, SIGTERM)
        // A stopped process gets the signal only when it runs again.
        Glibc.kill(-leader, SIGCONT)
    }
}
