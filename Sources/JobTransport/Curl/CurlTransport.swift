/// The HTTP transport on libcurl: one event loop on a thread of its own, shared by all requests.
///
/// Connections are kept and reused, HTTP/2 requests to one origin share a connection, and requests above the limits
/// of ``Options`` wait in line. Make one per process and call ``shutdown()`` at the end; a transport that is let go
/// without it finishes the bodies still being read and then ends its thread.
public final class CurlTransport: HTTPTransport {
    private let mailbox: Mailbox
    private let options: Options

    /// Starts the event loop.
    ///
    /// - Throws: ``TransportError`` with code `unsupportedLibrary` when the installed libcurl is older than 7.85 or
    ///   lacks thread-safe initialisation, `internalError` when the system gives no thread or descriptor.
    public init(options: Options = Options()) throws(TransportError) {
        try CurlLibrary.check()
        let mailbox = try Mailbox()
        self.mailbox = mailbox
        self.options = options
        let error = BlockingThread.start { CurlLoop.run(mailbox: mailbox, options: options) }
        guard error == 0 else { throw .system("starting a thread", error) }
    }

    deinit {
        mailbox.post(.drain)
    }

    /// Performs one request; returns when the final response head is in.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let target = try request.validated()
        try checkLiteral(request, target)
        try Task.checkCancellation()
        let exchange = Exchange(
            request: request, target: target, bufferBytes: options.bufferBytes, mailbox: mailbox)
        guard mailbox.post(.start(exchange)) else {
            throw exchange.error(.shutDown, "the transport was shut down")
        }
        exchange.startUpload()
        let opening = try await exchange.opening()
        return HTTPResponse(
            status: opening.head.status,
            version: opening.head.version,
            headers: opening.head.headers,
            informational: opening.head.informational,
            remoteAddress: opening.remoteAddress,
            timings: opening.timings,
            body: HTTPBody(source: ExchangeBody(exchange)))
    }

    /// Ends the event loop and waits until it has ended.
    ///
    /// Requests in flight, bodies still being read, and later requests fail with code `shutDown`. May be called more
    /// than once; cancelling the calling task does not shorten the wait, which is only for the loop's current round.
    public func shutdown() async {
        mailbox.post(.stop)
        await mailbox.waitUntilClosed()
    }

    /// The libcurl in use, for example `libcurl 7.88.1, OpenSSL/3.0.19, HTTP/2`.
    public static var libraryDescription: String { CurlLibrary.description }

    /// Behind a proxy the loop never sees the destination's address, but a literal one is known here.
    private func checkLiteral(_ request: HTTPRequest, _ target: URLReference) throws(TransportError) {
        guard request.proxy != .direct, let policy = request.addressPolicy,
            let address = ResolvedAddress(target.host, port: target.port), !policy(address)
        else { return }
        throw TransportError(
            .destinationRefused, operation: "\(request.method) \(target.origin)",
            detail: "the policy does not allow \(address.ip)")
    }
}
