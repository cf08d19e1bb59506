/// The name of a kind of work together with the types that go in and come out.
///
/// A program declares it once, registers a closure for it where the work is done, and enqueues values where the work
/// comes up:
///
/// ```swift
/// let resize = JobHandler<ResizeRequest, ResizeResult>("resize")
/// registry.register(resize) { request, context in … }
/// let job = try await store.enqueue(resize, ResizeRequest(…))
/// let result = try await store.result(of: job)
/// ```
public struct JobHandler<Input: Codable & Sendable, Output: Codable & Sendable>: Sendable {
    /// The registered name: 1 to 64 letters, digits, `.`, `_` or `-`, and no built-in kind.
    public let name: String

    /// Declares a kind of work.
    ///
    /// - Precondition: the name is not that of a built-in kind such as `http`.
    public init(_ name: String) {
        precondition(!BuiltInKind.all.contains(name), "\(name) is a built-in kind of step; choose another name")
        self.name = name
    }

    /// A step that does this work.
    ///
    /// - Throws: `EncodingError`.
    public func step(_ input: Input, name: String? = nil, retry: RetryOptions = RetryOptions()) throws -> StepSpec {
        let input = try JSONValue(encoding: input)
        return StepSpec(
            name: name ?? self.name, action: .handler(HandlerAction(name: self.name, input: input)), retry: retry)
    }
}

/// A job that was enqueued through a ``JobHandler``, remembering the type of its result.
public struct TypedJob<Output: Codable & Sendable>: Hashable, Sendable {
    /// The job's identity.
    public let id: JobID

    /// Refers to a job whose last step gives an `Output`.
    public init(id: JobID) {
        self.id = id
    }
}

extension ExecutorRegistry {
    /// Registers the closure that does a kind of work.
    ///
    /// The closure may throw ``StepFailure`` (``StepFailure/permanent(_:code:)`` for one that no retry mends) or
    /// ``SnoozeRequest``; any other error is a failure that may be retried. It must stop when its task is cancelled.
    public mutating func register<Input, Output>(
        _ handler: JobHandler<Input, Output>,
        _ body: @escaping @Sendable (Input, HandlerContext) async throws -> Output
    ) {
        register(HandlerExecutor(body: body), for: handler.name)
    }
}

extension StepFailure {
    /// A failure that no retry mends.
    public static func permanent(_ message: String, code: FailureCode = .error) -> StepFailure {
        StepFailure(code, message, isRetryable: false)
    }
}

/// Decodes a handler's input, calls it, and encodes what it returns.
private struct HandlerExecutor<Input: Codable & Sendable, Output: Codable & Sendable>: JobExecutor {
    let body: @Sendable (Input, HandlerContext) async throws -> Output

    func run(
        _ step: StepInvocation, reporting report: @escaping StepReporter
    ) async throws -> StepOutput {
        guard case .handler(let action) = step.step.action else {
            throw StepFailure(.invalidStep, "the step is no handler call", isRetryable: false)
        }
        let input: Input
        do {
            input = try action.input.decode()
        } catch {
            throw StepFailure(
                .invalidStep, "the input does not fit the handler \(action.name): \(error)", isRetryable: false)
        }
        let output = try await body(input, HandlerContext(invocation: step, report: report))
        if Output.self == NoOutput.self { return .none }
        return StepOutput(json: try JSONValue(encoding: output))
    }
}

/// The result of a handler that has none.
public struct NoOutput: Codable, Hashable, Sendable {
    /// Makes the empty result.
    public init() {}
}
