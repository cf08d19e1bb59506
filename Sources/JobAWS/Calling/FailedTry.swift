internal import JobCore
internal import JobTransport

/// One try of a call that came to nothing.
struct FailedTry: Error {
    var error: AWSError
    /// The server's time.
    var serverTime: Timestamp?
    /// How long the server wants to be left alone.
    var retryAfter: Duration?
    /// Whether no answer came in time.
    var isTimeout = false

    /// An answer with an error.
    init(_ call: AWSCall, _ response: HTTPResponse, body: [UInt8]) {
        let told = ErrorBody(headers: response.headers, body: body)
        error = AWSError(
            service: call.service.name, operation: call.operation, code: told.code ?? "HTTP \(response.status)",
            message: told.message, httpStatus: response.status, requestID: told.requestID)
        serverTime = response.headers["Date"].flatMap(HTTPDate.parse)
        if let milliseconds = response.headers["x-amz-retry-after"].flatMap({ Int64($0) }), milliseconds >= 0 {
            retryAfter = .milliseconds(min(milliseconds, 60_000))
        }
    }

    /// No answer.
    init(_ call: AWSCall, _ failure: TransportError) {
        error = AWSError(
            service: call.service.name, operation: call.operation, code: AWSError.ClientCode.network,
            message: failure.description, category: failure.isTransient ? .network : .other)
        isTimeout = [.timeout, .connectTimeout, .idleTimeout].contains(failure.code)
    }
}
