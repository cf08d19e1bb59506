public import JobCore

/// What steps of the built-in kinds do, in their own words.
///
/// The outcomes have the shape that JobKit's executors give them: codes, outputs, and whether a retry may help.
extension ScriptedExecutor.Action {
    // MARK: Time

    /// Does nothing until time has passed on the executor's clock; throws when the call is cancelled.
    public static func delay(_ duration: Duration) -> Self { .sleep(duration) }

    /// Never ends by itself: it is cut off by its time limit, a cancel or a shutdown.
    public static var hang: Self { .sleep(ManualTime.endless) }

    // MARK: HTTP

    /// Answers with a status: 2xx end the call well, 408, 425, 429 and 5xx with a failure that may be retried, all
    /// others with one that may not.
    ///
    /// - Parameters:
    ///   - status: the status code.
    ///   - headers: the answer's header fields.
    ///   - body: a body that is no JSON.
    ///   - json: a body that is JSON.
    ///   - retryAfter: what the answer's `Retry-After` says.
    public static func respond(
        _ status: Int, headers: [String: String] = [:], body: String? = nil, json: JSONValue? = nil,
        retryAfter: Duration? = nil
    ) -> Self {
        let output = StepOutput(status: status, headers: headers, body: body, json: json)
        if (200...299).contains(status) { return .succeed(output) }
        let isRetryable = [408, 425, 429].contains(status) || (500...599).contains(status)
        return .fail(
            StepFailure(
                .httpStatus, "status \(status)", isRetryable: isRetryable, retryAfter: retryAfter, output: output))
    }

    /// The connection breaks before there is an answer.
    public static var connectionReset: Self { .fail(StepFailure(.unavailable, "the connection was reset")) }

    /// Nobody listens there.
    public static var connectionRefused: Self { .fail(StepFailure(.unavailable, "the connection was refused")) }

    // MARK: Commands, scripts and containers

    /// Prints to standard output.
    public static func stdout(_ text: String) -> Self { .print(text, .stdout) }

    /// Prints to standard error.
    public static func stderr(_ text: String) -> Self { .print(text, .stderr) }

    /// Ends with an exit code; 0 is success.
    public static func exit(_ code: Int) -> Self {
        let output = StepOutput(exitCode: code)
        return code == 0 ? .succeed(output) : .fail(StepFailure(.exitCode, "exit code \(code)", output: output))
    }

    /// Ends by a signal.
    public static func killed(by signal: Int) -> Self {
        .fail(StepFailure(.exitCode, "signal \(signal)", output: StepOutput(signal: signal)))
    }

    /// Runs for a while and does not end when it is told to: after a cancel it goes on for the grace that the real
    /// executor gives before it kills, all on the executor's clock.
    public static func ignoreTermination(for duration: Duration, grace: Duration = .seconds(10)) -> Self {
        .stubborn(duration, grace: grace)
    }

    /// The program cannot be started.
    public static var notFound: Self {
        .fail(StepFailure(.invalidStep, "there is no such program", isRetryable: false))
    }

    /// The image cannot be had.
    public static func pullFails(_ reason: String = "the registry does not answer", isRetryable: Bool = true) -> Self {
        .fail(
            StepFailure(
                isRetryable ? .unavailable : .invalidStep, "pulling failed: \(reason)", isRetryable: isRetryable))
    }

    /// The kernel kills the container because it wants too much memory.
    public static var outOfMemory: Self {
        .fail(
            StepFailure("out_of_memory", "the container ran out of memory", output: StepOutput(exitCode: 137)))
    }

    // MARK: Handlers

    /// Ends well with a handler's result.
    public static func returns(_ value: some Encodable & Sendable) -> Self {
        .compute { _ in StepOutput(json: try JSONValue(encoding: value)) }
    }

    /// Throws an error of the program's own, which becomes a failure that may be retried.
    public static func throwing(_ error: some Error) -> Self { .compute { _ in throw error } }
}
