internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import JobCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
public import ServiceLifecycle

/// A server of its own with all calls of a ``JobService``.
///
/// At graceful shutdown it takes no more connections, lets calls finish, and ends streams and long polls, whose
/// clients come again. It returns when all connections are closed.
public struct JobServer: Service {
    /// What it serves.
    public let service: JobService
    /// Where it listens.
    public let configuration: Configuration
    private let onListening: @Sendable (Int) async -> Void

    /// Makes a server.
    ///
    /// - Parameters:
    ///   - service: what it serves.
    ///   - configuration: where it listens and what it bears.
    ///   - onListening: called with the port when connections are taken.
    public init(
        service: JobService, configuration: Configuration = Configuration(),
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.service = service
        self.configuration = configuration
        self.onListening = onListening
    }

    /// Serves until graceful shutdown.
    ///
    /// - Throws: `IOError` when it cannot listen; `NIOSSLError` when a certificate cannot be used.
    public func run() async throws {
        let server = try makeServer()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            group.addTask { try await server.run() }
            // The server ends last: the service ends its streams first, so that connections can close.
            while try await group.next() != nil {}
        }
    }

    private func makeServer() throws -> any Service {
        let responder = makeRouter().buildResponder()
        let logger = service.logger
        let dates = DateText(time: service.time)
        let onListening = onListening
        return try channelBuilder().buildServer(
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    configuration.maximumConnections, logger: logger)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger
        ) { request, writer, channel in
            let context = BasicRequestContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
            let delivery = Delivery(over: channel)
            var response: Response
            do {
                response = try await Delivery.$current.withValue(delivery) {
                    try await responder.respond(to: request, context: context)
                }
            } catch let error as HTTPParserError {
                throw error
            } catch {
                logger.error("A request failed", metadata: ["error": "\(error)"])
                response = Problem(.internalServerError, code: "failed", "the server failed").response
            }
            response.headers[.date] = dates.now
            do {
                try await writer.write(response: response.head, body: response.body)
            } catch {
                await delivery.isLost()
                // The body of the request broke while the answer was on its way: no second answer may follow.
                if error is HTTPParserError { throw ChannelError.eof }
                throw error
            }
        } onServerRunning: { channel in
            await onListening(channel.localAddress?.port ?? 0)
        }
    }

    private func makeRouter() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        if service.configuration.pathPrefix.isEmpty {
            service.addRoutes(to: router)
        } else {
            service.addRoutes(to: router.group(RouterPath(service.configuration.pathPrefix)))
        }
        // Added last, so that only paths without a route come to it.
        router.add(middleware: NotFoundMiddleware())
        return router
    }

    private func channelBuilder() throws -> HTTPServerBuilder {
        let limits = ConnectionGuard.Limits(configuration)
        var http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGuard(limits: limits)],
            idleTimeout: TimeAmount(configuration.idleTimeout))
        http.httpDecoder.maxHeaderFieldSize = Int(configuration.headerLimit.bytes)
        http.httpDecoder.maxHeaderListSize = Int(configuration.headerLimit.bytes)
        http.httpDecoder.maxHeaderFieldCount = 200
        let configured = http
        guard let files = configuration.tls else { return .http1(configuration: configured) }
        let certificates = try Certificates(files: files, logger: service.logger)
        return HTTPServerBuilder { responder in
            CertifiedChannel(
                base: HTTP1Channel(responder: responder, configuration: configured), certificates: certificates)
        }
    }
}
