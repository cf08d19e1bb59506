public import JobCore
public import JobTransport

/// Runs `http` steps: one request, with the redirects and the one re-authentication that it may need.
///
/// - 2xx succeed, and 304 for a conditional request. 408, 425, 429, 5xx, timeouts and broken connections may be retried,
///   not before what `Retry-After` says. Everything else fails for good.
/// - Redirects keep method and body; 303 becomes GET. Secrets do not go to another origin, nothing goes from https to
///   http.
/// - Each request says `Idempotency-Key` (the same for all attempts), `Job-Attempt-Id`, `Job-Id`, `Job-Metadata` (JSON,
///   up to 4 KiB) and the trace headers, unless the step sets them itself.
/// - The output has the status, the fields with names in lower case and secrets redacted, and the body as JSON or text.
public struct HTTPExecutor: JobExecutor {
    private let transport: any HTTPTransport
    private let options: Options
    private let authenticator: (any HTTPAuthenticator)?
    private let time: TimeSource

    /// Makes an executor.
    ///
    /// - Parameters:
    ///   - transport: performs the requests; lives longer than the executor.
    ///   - options: what holds for all steps.
    ///   - authenticator: asked once an attempt after 400, 401 or 419; nil when there is none.
    ///   - time: tells the time that `Retry-After` is relative to, and what is left of the step's time limit.
    public init(
        transport: any HTTPTransport, options: Options = Options(), authenticator: (any HTTPAuthenticator)? = nil,
        time: TimeSource = .system
    ) {
        self.transport = transport
        self.options = options
        self.authenticator = authenticator
        self.time = time
    }

    /// Runs one step to its end.
    ///
    /// - Throws: `StepFailure` with code `httpStatus` for an answer that is no success, `notPermitted` for a refused
    ///   destination, `invalidStep` for a request that cannot be sent, `timeout` or `unavailable` when there was no
    ///   answer; `CancellationError` after the connection was given up.
    public func run(
        _ step: StepInvocation, reporting report: @escaping StepReporter
    ) async throws -> StepOutput {
        guard case .http(let action) = step.step.action else { throw StepFailure.wrongKind(step, BuiltInKind.http) }
        let deadline = step.timeout.map { time.now + $0 }
        var machine = HTTPStepMachine(
            try step.exchange(for: action, userAgent: options.userAgent), redirectLimit: options.redirectLimit,
            canAuthenticate: authenticator != nil, isSecret: options.isSecret)
        await report(.note("\(machine.exchange.method) \(machine.exchange.url)"))
        while true {
            let response = try await send(machine.exchange, deadline, report)
            var decision = machine.received(status: response.status, headers: response.headers, now: time.now)
            if case .authenticate = decision {
                let challenge = HTTPChallenge(
                    url: machine.exchange.url, status: response.status, headers: response.headers)
                decision = machine.authenticated(try await credentials(for: challenge, report))
            }
            switch decision {
            case .send(let note):
                await report(.note(note))
            case .finish(let failure, let note):
                return try await finish(response, failure, note, report)
            case .authenticate:
                preconditionFailure("credentials lead to another decision")
            }
        }
    }

    private func send(
        _ exchange: HTTPStepMachine.Exchange, _ deadline: Timestamp?,
        _ report: StepReporter
    ) async throws -> HTTPResponse {
        if let objection = options.destinations.objection(to: exchange.url) {
            await report(.note("Not permitted: \(exchange.url.origin)"))
            throw StepFailure(
                .notPermitted, "\(exchange.method) \(exchange.url): \(objection); use another destination",
                isRetryable: false)
        }
        var request = HTTPRequest(
            method: exchange.method, url: exchange.url.string, headers: exchange.headers, body: exchange.body,
            timeouts: HTTPTimeouts(connect: options.connectTimeout, idle: options.idleTimeout))
        // The runner cancels at the limit; the transport's own limit tells what was waited for.
        request.timeouts.total = deadline.map { max(.milliseconds(1), $0 - time.now) }
        request.tls = options.tls
        request.proxy = options.proxy
        request.addressPolicy = { [destinations = options.destinations] in destinations.permits($0) }
        do {
            return try await transport.send(request)
        } catch let error as TransportError {
            let failure = StepFailure(error)
            await report(.note(failure.message))
            throw failure
        }
    }

    private func credentials(
        for challenge: HTTPChallenge, _ report: StepReporter
    ) async throws -> HTTPHeaders? {
        do {
            return try await authenticator?.credentials(for: challenge)
        } catch let error as CancellationError {
            throw error
        } catch {
            // What a foreign error says may hold the credentials.
            await report(.note("Failed to authenticate"))
            throw StepFailure(
                .unavailable, "credentials for \(challenge.url.origin) could not be had; check the authenticator")
        }
    }

    private func finish(
        _ response: HTTPResponse, _ failure: StepFailure?, _ note: String,
        _ report: StepReporter
    ) async throws -> StepOutput {
        let answer: HTTPAnswer
        do {
            answer = try await HTTPAnswer.reading(
                response, limit: Int(clamping: options.bodyLimit.bytes),
                hardLimit: Int(clamping: options.readLimit.bytes))
        } catch let error as TransportError {
            // The status of a failure says more than the end of its body.
            guard failure == nil else {
                answer = HTTPAnswer(status: response.status, headers: response.headers, isTruncated: true)
                return try await conclude(answer, failure, note, report)
            }
            let broken = StepFailure(error)
            await report(.note(broken.message))
            throw broken
        }
        return try await conclude(answer, failure, note, report)
    }

    private func conclude(
        _ answer: HTTPAnswer, _ failure: StepFailure?, _ note: String,
        _ report: StepReporter
    ) async throws -> StepOutput {
        await report(.note(note))
        let output = answer.output(isSecret: options.isSecret)
        guard var failure else {
            if answer.isTruncated {
                await report(.note("the answer is longer than \(options.bodyLimit.jobText); the rest is dropped"))
            }
            return output
        }
        failure.output = output
        throw failure
    }
}
