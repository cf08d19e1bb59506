internal import Synchronization

/// The runner's state machine, for the tasks that share it.
final class SharedMachine: Sendable {
    private let machine: Mutex<JobRunner.StateMachine>

    init(_ machine: JobRunner.StateMachine) {
        self.machine = Mutex(machine)
    }

    func withLock<Result>(_ body: (inout sending JobRunner.StateMachine) -> sending Result) -> sending Result {
        machine.withLock(body)
    }
}
