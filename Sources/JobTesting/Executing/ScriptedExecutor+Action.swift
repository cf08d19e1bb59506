public import JobCore

extension ScriptedExecutor {
    /// One thing that a scripted call does; a script without an ending succeeds with no output.
    public enum Action: Sendable {
        /// Prints text.
        case print(String, LogEntry.Stream = .stdout)
        /// Reports progress.
        case progress(JobProgress)
        /// Waits for time to pass on the executor's clock, or throws when the call is cancelled.
        case sleep(Duration)
        /// Runs for a time; when the call is cancelled in it, goes on for the grace and is killed then.
        case stubborn(Duration, grace: Duration)
        /// Calls a function, such as one that makes the worker crash, and goes on.
        case run(@Sendable () async -> Void)
        /// Waits until a gate is opened, or throws when the call is cancelled.
        case wait(Gate)
        /// Waits until a gate is opened, whatever happens to the call.
        case waitIgnoringCancellation(Gate)
        /// Waits until the call is cancelled, and throws then.
        case waitUntilCancelled
        /// Ends the call with what a function makes of it.
        case compute(@Sendable (StepInvocation) async throws -> StepOutput)
        /// Ends the call well.
        case succeed(StepOutput = .none)
        /// Ends the call with a failure.
        case fail(StepFailure)
        /// Ends the call with the wish to be called again later.
        case snooze(Duration)
    }

    /// How one call ended.
    public struct Ending: Hashable, Sendable {
        /// The ways in which a call ends.
        public enum How: Hashable, Sendable {
            /// It returned an output.
            case succeeded
            /// It threw a failure.
            case failed(FailureCode)
            /// It asked to be called again later.
            case snoozed
            /// It was cancelled.
            case cancelled
            /// It threw something else.
            case threw(String)

            init(_ error: any Error) {
                self =
                    switch error {
                    case let failure as StepFailure: .failed(failure.code)
                    case is SnoozeRequest: .snoozed
                    case is CancellationError: .cancelled
                    default: .threw("\(error)")
                    }
            }
        }

        /// The call: `StepInvocation/attemptID`.
        public let attemptID: String
        /// How it ended.
        public let how: How
    }
}

extension ScriptedExecutor.Action {
    /// Whether nothing of the same call can follow.
    var isEnding: Bool {
        switch self {
        case .compute, .succeed, .fail, .snooze, .waitUntilCancelled: true
        case .sleep(let duration): duration >= ManualTime.endless
        case .print, .progress, .stubborn, .run, .wait, .waitIgnoringCancellation: false
        }
    }
}
