internal import JobCore

/// An executor whose calls a test bench watches, and keeps back in the one-step mode.
struct WatchedExecutor: JobExecutor {
    let base: any JobExecutor
    let activity: Activity
    let steps: StepBudget

    func run(
        _ step: StepInvocation, reporting report: @escaping StepReporter
    ) async throws -> StepOutput {
        try await activity.during(step) {
            // A step too many waits here, unbegun, until its worker is stopped and gives the job back.
            guard steps.take() else {
                try await Gate().wait()
                throw CancellationError()
            }
            return try await base.run(step, reporting: report)
        }
    }
}

/// How many steps a worker may still begin.
final class StepBudget: Sendable {
    private struct State {
        var left: Int?
        var isHolding = false
    }

    private let state: Observed<State>

    /// Makes a budget; nil for no end.
    init(_ count: Int?) {
        state = Observed(State(left: count))
    }

    /// Whether a step was kept back.
    var isHolding: Bool { state.value.isHolding }

    func take() -> Bool {
        state.update { state in
            guard let left = state.left else { return true }
            if left == 0 { state.isHolding = true } else { state.left = left - 1 }
            return left > 0
        }
    }
}
