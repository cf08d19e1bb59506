internal import JobCore
internal import JobTransport

/// Sends requests to a server, and repeats those whose answer did not come.
struct ServerCalls: Sendable {
    let server: ServerAddress
    let transport: any HTTPTransport
    let time: TimeSource
    let random: RandomSource

    /// The most bytes of an answer that are taken.
    static let mostBytes = 256 << 20

    /// What a request is about.
    struct Call {
        var method = HTTPMethod.post
        /// The path after the server's URL, with its query.
        var path: String
        /// What is attempted, for errors.
        var operation: String
        /// How long the server may take besides, such as for a long poll.
        var wait: Duration = .zero
        var headers: HTTPHeaders = [:]
        /// Statuses that are answers and no errors, besides those from 200 to 299.
        var expected: Set<Int> = []
    }

    /// An answer with its whole body.
    struct Answer {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    /// Sends a request until it is answered or has been tried often enough.
    ///
    /// - Parameters:
    ///   - call: what to ask.
    ///   - body: makes the body of a try; told whether an earlier one may have been carried out.
    /// - Throws: `QueueError`, `InvalidJob`; `CancellationError`.
    func send(_ call: Call, body: (_ mayBeDone: Bool) -> [UInt8]?) async throws -> Answer {
        var mayBeDone = false
        var failures = 0
        while true {
            let failure: Failure
            do throws(Failure) {
                return try await attempt(call, body: body(mayBeDone))
            } catch { failure = error }
            failures += 1
            mayBeDone = mayBeDone || failure.mayBeDone
            guard failure.isPassing, failures < max(1, server.attempts), !Task.isCancelled else { throw failure.error }
            try await time.sleep(for: BackOff.delay(after: failures, atLeast: failure.retryAfter, unit: random.unit()))
        }
    }

    /// Why one try failed.
    private struct Failure: Error {
        var error: any Error
        /// Whether another try may help.
        var isPassing = false
        /// Whether the server may have done what it was asked all the same.
        var mayBeDone = false
        var retryAfter: Duration?
    }

    private func attempt(_ call: Call, body: [UInt8]?) async throws(Failure) -> Answer {
        let request = request(call, body: body)
        do {
            let response = try await transport.send(request)
            let bytes = try await response.body.collect(upTo: Self.mostBytes)
            if (200..<300).contains(response.status) || call.expected.contains(response.status) {
                return Answer(status: response.status, headers: response.headers, body: bytes)
            }
            let error = ServerAnswer.error(
                status: response.status, body: bytes, operation: call.operation, origin: server.url)
            throw Failure(
                error: error, isPassing: (error as? QueueError)?.isTransient ?? false,
                // A proxy gave up waiting, or the server fell between doing it and saying so.
                mayBeDone: response.status >= 500, retryAfter: ServerAnswer.retryAfter(response.headers))
        } catch let failure as Failure {
            throw failure
        } catch let error as TransportError {
            throw Failure(
                error: Self.unavailable(error, call.operation), isPassing: error.isTransient,
                // Also where it says that no connection could be made: the transport may have repeated, by itself and
                // in vain, what it had sent on a connection that broke.
                mayBeDone: true)
        } catch {
            throw Failure(error: error, mayBeDone: true)
        }
    }

    /// A name that no other request has.
    func newName() -> String {
        String(random.next(), radix: 36) + "-" + String(random.next(), radix: 36)
    }

    /// The request as it is sent; also for those who read the answer as it comes.
    func request(_ call: Call, body: [UInt8]?) -> HTTPRequest {
        var request = HTTPRequest(method: call.method, url: server.url + call.path)
        request.headers = call.headers
        if let token = server.token { request.headers["Authorization"] = "Bearer \(token.secret)" }
        if let body {
            if !request.headers.contains("Content-Type") { request.headers["Content-Type"] = "application/json" }
            request.body = .bytes(body)
        }
        request.tls = server.tls
        request.proxy = server.proxy
        request.timeouts = HTTPTimeouts(
            connect: server.connectTimeout, total: nil, idle: server.idleTimeout + call.wait)
        return request
    }

    /// A failed exchange as an error of the queue.
    static func unavailable(_ error: TransportError, _ operation: String) -> QueueError {
        let code: QueueError.Code = error.code == .shutDown ? .closed : .unavailable
        return QueueError(
            code, operation: operation, detail: "\(error)", underlyingCode: error.curlCode.map { Int($0) })
    }
}
