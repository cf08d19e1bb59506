internal import DequeModule
internal import Synchronization

/// The claimed runs that nobody has begun, and the tasks that begin them.
///
/// A task takes one run after the other, so that short jobs do not cost a task each. A run still begins as soon as a
/// thread is free: whoever takes one while more are left sees to it that further tasks are on their way.
final class RunCrew: Sendable {
    private struct State {
        var arrived = Deque<RunControl>()
        /// Tasks that were asked for and have not taken their first run.
        var starting = 0
        /// How many tasks are asked for next.
        var step = RunCrew.firstStep

        var needsTasks: Bool { starting == 0 && !arrived.isEmpty }
    }

    private let state = Mutex(State())
    private let bell: Bell

    /// Short jobs keep so many tasks busy; where jobs wait for something, twice as many are asked for each time, until
    /// none are left.
    private static let firstStep = 2
    private static let mostAtOnce = 1_024

    /// Makes an empty crew.
    ///
    /// - Parameter bell: rings for whoever makes the tasks.
    init(bell: Bell) {
        self.bell = bell
    }

    /// Takes runs to be begun; whoever calls rings the bell.
    func add(_ runs: [RunControl]) {
        state.withLock { $0.arrived.append(contentsOf: runs) }
    }

    /// How many tasks shall be made now, each of which calls ``next(isFirst:)``.
    func takeWantedTasks() -> Int {
        state.withLock { state in
            guard state.needsTasks else { return 0 }
            state.starting = min(state.step, state.arrived.count)
            state.step = min(2 * state.step, Self.mostAtOnce)
            return state.starting
        }
    }

    /// The next run for a task; nil when there is none and the task shall end.
    ///
    /// - Parameter isFirst: whether it is the task's first.
    func next(isFirst: Bool) -> RunControl? {
        let (run, needsTasks) = state.withLock { state in
            if isFirst { state.starting -= 1 }
            let run = state.arrived.popFirst()
            if state.arrived.isEmpty { state.step = Self.firstStep }
            return (run, state.needsTasks)
        }
        if needsTasks { bell.ring() }
        return run
    }

    /// Notes that a task ends though it may have left runs.
    func leave() {
        if state.withLock(\.needsTasks) { bell.ring() }
    }
}
