public import JobCore
public import JobTransport

/// Runs `callback` steps, which stores make: posts how a job ended to a URL, signed by the Standard Webhooks scheme.
///
/// - The body is `{"type": "job.finished", "timestamp", "data": the job}`, the same for all attempts.
/// - `webhook-id` is the same for all attempts, `webhook-timestamp` is that of the attempt, and `webhook-signature` has
///   one signature for each secret, so that receivers can be given another one without a gap.
/// - 2xx succeed. 410 means that the receiver wants no more of it, and ends the job. Every other answer, redirects
///   included, may be retried, not before what `Retry-After` says.
///
/// Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
public struct CallbackExecutor: JobExecutor {
    private let http: HTTPExecutor
    private let secrets: [WebhookSecret]
    private let time: TimeSource

    /// Makes an executor.
    ///
    /// - Parameters:
    ///   - transport: performs the requests; lives longer than the executor.
    ///   - secrets: the keys, the newest first; without one no callback is sent.
    ///   - options: what holds for all requests, such as the permitted destinations; redirects are never followed,
    ///     and at most 16 KiB of an answer are kept.
    ///   - time: tells the time of each attempt.
    public init(
        transport: any HTTPTransport, secrets: [WebhookSecret], options: HTTPExecutor.Options = HTTPExecutor.Options(),
        time: TimeSource = .system
    ) {
        var options = options
        options.redirectLimit = 0
        options.bodyLimit = min(options.bodyLimit, Self.keptAnswer)
        options.readLimit = min(options.readLimit, Self.readAnswer)
        http = HTTPExecutor(transport: transport, options: options, time: time)
        self.secrets = secrets
        self.time = time
    }

    private static let keptAnswer = ByteCount.kibibytes(16)
    private static let readAnswer = ByteCount.mebibytes(1)

    /// Sends one callback.
    ///
    /// - Throws: `StepFailure` with code `invalidStep` for a step that no store made, `notPermitted` for a refused
    ///   destination or without secrets, `httpStatus`, `timeout` or `unavailable`; `CancellationError`.
    public func run(
        _ step: StepInvocation, reporting report: @escaping StepReporter
    ) async throws -> StepOutput {
        guard !secrets.isEmpty else {
            throw StepFailure(
                .notPermitted, "this worker has no secret to sign callbacks with", isRetryable: false)
        }
        let message = try CallbackMessage(step)
        let request = message.request(signedWith: secrets, at: time.now)
        do {
            return try await http.run(step.performing(request), reporting: report)
        } catch let failure as StepFailure {
            throw Self.judged(failure)
        }
    }

    /// What an answer means for a callback, which is not what it means for an HTTP step.
    private static func judged(_ failure: StepFailure) -> StepFailure {
        guard failure.code == .httpStatus else { return failure }
        var failure = failure
        failure.isRetryable = failure.output?.status != 410
        return failure
    }
}

/// What a callback step sends, and where to.
struct CallbackMessage {
    let id: String
    let url: String
    let body: String

    /// Reads a step that a store made.
    ///
    /// - Throws: ``StepFailure`` with code `invalidStep`.
    init(_ step: StepInvocation) throws(StepFailure) {
        guard case .handler(let action) = step.step.action, action.name == BuiltInKind.callback,
            let url = action.input["url"]?.stringValue, let event = action.input["event"]
        else { throw StepFailure(.invalidStep, "the step is no callback that a store made", isRetryable: false) }
        id = step.jobID.description
        self.url = url
        body = event.text
    }

    /// The request of one attempt.
    func request(signedWith secrets: [WebhookSecret], at now: Timestamp) -> HTTPAction {
        let timestamp = now.microseconds / 1_000_000
        let signatures = secrets.map { $0.signature(id: id, timestamp: timestamp, body: Array(body.utf8)) }
        return HTTPAction(
            method: "POST", url: url,
            headers: [
                "Content-Type": "application/json", "webhook-id": id, "webhook-timestamp": "\(timestamp)",
                "webhook-signature": signatures.joined(separator: " "),
            ], body: .text(body))
    }
}

extension StepInvocation {
    /// The same step with an HTTP request as its action.
    fileprivate func performing(_ action: HTTPAction) -> StepInvocation {
        var step = self
        step.step.action = .http(action)
        return step
    }
}
