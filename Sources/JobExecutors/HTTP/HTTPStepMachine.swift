internal import JobCore
internal import JobTransport

/// What an HTTP step does after each response: the rules without the network.
///
/// The shell sends ``exchange``, tells the response, and obeys the decision, until that is ``Decision/finish(_:note:)``.
struct HTTPStepMachine: Sendable {
    /// What is to be sent.
    struct Exchange: Sendable {
        var method: HTTPMethod
        var url: URLReference
        var headers: HTTPHeaders
        var body: HTTPRequestBody
    }

    /// What to do next.
    enum Decision: Sendable {
        /// Send ``HTTPStepMachine/exchange``, which has changed.
        case send(note: String)
        /// Ask for credentials and tell them to ``HTTPStepMachine/authenticated(_:)``.
        case authenticate
        /// Stop; nil when the step succeeded.
        case finish(StepFailure?, note: String)
    }

    /// What to send now.
    private(set) var exchange: Exchange

    private let origin: URLReference
    private let isConditional: Bool
    private let redirectLimit: Int
    private let isSecret: @Sendable (String) -> Bool
    private var canAuthenticate: Bool
    private var redirects = 0
    /// The names of the fields that the authenticator gave, in lower case.
    private var givenNames: Set<String> = []

    /// Starts with a request.
    ///
    /// - Parameters:
    ///   - exchange: the first request.
    ///   - redirectLimit: how many redirects are followed.
    ///   - canAuthenticate: whether there is somebody to ask for credentials.
    ///   - isSecret: tells the names of fields that another origin must not get.
    init(
        _ exchange: Exchange, redirectLimit: Int, canAuthenticate: Bool,
        isSecret: @escaping @Sendable (String) -> Bool
    ) {
        self.exchange = exchange
        self.origin = exchange.url
        self.isConditional =
            exchange.headers.contains("If-None-Match") || exchange.headers.contains("If-Modified-Since")
        self.redirectLimit = redirectLimit
        self.canAuthenticate = canAuthenticate
        self.isSecret = isSecret
    }

    /// Takes in the head of a final response.
    mutating func received(status: Int, headers: HTTPHeaders, now: Timestamp) -> Decision {
        let mayAsk = canAuthenticate && exchange.url.isSameOrigin(as: origin)
        switch ResponseClass(status: status, isConditional: isConditional, canAuthenticate: mayAsk) {
        case .success:
            return .finish(nil, note: "Succeeded: \(status)")
        case .redirect:
            return redirected(status, headers["Location"])
        case .unauthorized:
            canAuthenticate = false
            return .authenticate
        case .transient:
            let delay = headers["Retry-After"].flatMap { RetryAfter.parse($0, now: now) }
            let note = status >= 500 ? "Remote server error: \(status)" : "Failed: \(status)"
            return .finish(answered(status, isRetryable: true, after: delay), note: note)
        case .failure:
            return .finish(answered(status, isRetryable: false), note: "Failed: \(status)")
        }
    }

    /// Takes in the answer of the authenticator: fresh fields, or nil when there are none.
    mutating func authenticated(_ credentials: HTTPHeaders?) -> Decision {
        guard let credentials else {
            return .finish(
                StepFailure(
                    .httpStatus, "failed to authenticate at \(exchange.url.origin); check the credentials",
                    isRetryable: false),
                note: "Failed to authenticate")
        }
        for field in credentials { exchange.headers[field.name] = nil }
        for field in credentials { exchange.headers.add(field.name, field.value) }
        givenNames.formUnion(credentials.map { $0.name.lowercased() })
        return .send(note: "Authenticated")
    }

    private mutating func redirected(_ status: Int, _ location: String?) -> Decision {
        guard let location, !location.isEmpty else {
            return .finish(
                answered(status, isRetryable: false), note: "Failed: \(status) without Location header")
        }
        guard let target = try? exchange.url.resolving(location), ["http", "https"].contains(target.scheme) else {
            return refused(status, .httpStatus, "its Location is no http or https URL")
        }
        if exchange.url.scheme == "https", target.scheme == "http" {
            return refused(status, .notPermitted, "it leads from https to http")
        }
        redirects += 1
        if redirects > redirectLimit {
            return refused(status, .httpStatus, "it would be redirect \(redirects), and \(redirectLimit) are followed")
        }
        if !exchange.url.isSameOrigin(as: target) {
            let foreign = exchange.headers.filter { !isSecret($0.name) && !givenNames.contains($0.name.lowercased()) }
            exchange.headers = HTTPHeaders(Array(foreign))
        }
        if status == 303 {
            if exchange.method != .head { exchange.method = .get }
            exchange.body = .none
            exchange.headers = HTTPHeaders(exchange.headers.filter { !$0.name.lowercased().hasPrefix("content-") })
        }
        exchange.url = target
        return .send(note: "Redirect: \(status) to \(target)")
    }

    private func refused(_ status: Int, _ code: FailureCode, _ reason: String) -> Decision {
        .finish(
            StepFailure(
                code, "the redirect \(status) of \(exchange.url) is not followed: \(reason)", isRetryable: false),
            note: "Failed: \(status), \(reason)")
    }

    private func answered(_ status: Int, isRetryable: Bool, after delay: Duration? = nil) -> StepFailure {
        StepFailure(
            .httpStatus, "\(exchange.method) \(exchange.url) answered \(status)", isRetryable: isRetryable,
            retryAfter: delay)
    }
}
