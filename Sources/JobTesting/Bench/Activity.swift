internal import Dispatch
internal import JobCore

/// What goes on in a test bench, so that it knows when nothing more will happen before time passes.
///
/// All code of the bench's workers runs on one serial executor that counts what is queued; calls of stores that
/// answer from other threads are counted from the outside; and executor calls count until they sleep on the manual
/// clock or stand at a ``Gate``.
final class Activity: Sendable {
    private struct State {
        var queued = 0
        var storeCalls = 0
        var calls: [Int: WatchedCall] = [:]
        var nextCall = 0

        var isSettled: Bool { queued == 0 && storeCalls == 0 && calls.values.allSatisfy(\.isParked) }
    }

    private let state = Observed(State())
    private let queue = DispatchQueue(label: "jobkit.test-bench")

    /// The executor calls that have begun and not ended.
    var calls: [WatchedCall] { state.value.calls.values.map(\.self) }

    /// Suspends until nothing more happens unless time passes or a test acts.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    func settled() async throws {
        try await state.first { $0.isSettled ? () : nil }
    }

    // MARK: What is counted

    func during<Value: Sendable>(_ storeCall: () async throws -> Value) async rethrows -> Value {
        state.update { $0.storeCalls += 1 }
        defer { state.update { $0.storeCalls -= 1 } }
        return try await storeCall()
    }

    func during<Value: Sendable>(
        _ invocation: StepInvocation, _ call: () async throws -> Value
    ) async rethrows -> Value {
        let id = state.update { state in
            state.nextCall += 1
            return state.nextCall
        }
        let watched = WatchedCall(invocation) { [state] in state.update { _ in } }
        state.update { $0.calls[id] = watched }
        defer { state.update { $0.calls[id] = nil } }
        return try await WatchedCall.$current.withValue(watched) { try await call() }
    }
}

extension Activity: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.update { $0.queued += 1 }
        queue.async {
            job.runSynchronously(on: self.asUnownedTaskExecutor())
            self.state.update { $0.queued -= 1 }
        }
    }
}
