internal import JobTransport
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// An HTTP/1.1 server for fakes, on the loopback interface or on a socket that somebody else has made.
package final class LoopbackServer: Sendable {
    package typealias Answer = @Sendable (ServedRequest) async -> ServedAnswer

    /// The port that it listens on.
    package let port: Int
    private let channel: any Channel
    private let connections: ConnectionList

    private init(channel: any Channel, connections: ConnectionList) {
        self.channel = channel
        self.connections = connections
        port = channel.localAddress?.port ?? 0
    }

    /// Serves on a port that is free.
    package static func start(answer: @escaping Answer) async throws -> LoopbackServer {
        let connections = ConnectionList()
        let bootstrap = bootstrap(connections, answer)
        return LoopbackServer(
            channel: try await bootstrap.bind(host: "127.0.0.1", port: 0).get(), connections: connections)
    }

    /// Serves on a socket that is bound already, and takes it over.
    static func start(socket: Int32, answer: @escaping Answer) async throws -> LoopbackServer {
        let connections = ConnectionList()
        let channel = try await bootstrap(connections, answer).withBoundSocket(socket).get()
        return LoopbackServer(channel: channel, connections: connections)
    }

    /// Closes the port and all connections.
    package func stop() async {
        try? await channel.close()
        connections.closeAll()
    }

    private static func bootstrap(_ connections: ConnectionList, _ answer: @escaping Answer) -> ServerBootstrap {
        ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                connections.add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(AnsweringHandler(answer: answer))
                }
            }
    }
}

/// The connections of a server, so that none outlives it.
final class ConnectionList: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) {
        channels.withLock { $0[ObjectIdentifier(channel)] = channel }
        channel.closeFuture.whenComplete { _ in
            self.channels.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
        }
    }

    func closeAll() {
        for channel in channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
