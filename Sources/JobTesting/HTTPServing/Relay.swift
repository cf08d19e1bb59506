internal import NIOCore
internal import NIOPosix

/// Hands on every connection of a socket to a port of this machine's loopback interface.
final class Relay: Sendable {
    private let channel: any Channel
    private let connections: ConnectionList

    private init(channel: any Channel, connections: ConnectionList) {
        self.channel = channel
        self.connections = connections
    }

    /// Takes over a socket that listens.
    static func start(socket: Int32, to port: Int) async throws -> Relay {
        let connections = ConnectionList()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Nothing is read before there is somebody to tell.
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { inside in
                connections.add(inside)
                // Bound to the same loop, so that the two ends need no locks.
                return ClientBootstrap(group: inside.eventLoop)
                    .channelOption(.autoRead, value: false)
                    .channelOption(.allowRemoteHalfClosure, value: true)
                    .connect(host: "127.0.0.1", port: port)
                    .flatMap { outside in
                        connections.add(outside)
                        return inside.eventLoop.makeCompletedFuture {
                            try inside.pipeline.syncOperations.addHandler(RelayHandler(to: outside))
                            try outside.pipeline.syncOperations.addHandler(RelayHandler(to: inside))
                            outside.read()
                        }
                    }
            }
        return Relay(channel: try await bootstrap.withBoundSocket(socket).get(), connections: connections)
    }

    /// Closes the socket and all connections.
    func stop() async {
        try? await channel.close()
        connections.closeAll()
    }
}

/// Writes what one end says to the other, and reads on when that was taken.
private final class RelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(to other: any Channel) {
        self.other = other
    }

    func channelActive(context: ChannelHandlerContext) {
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = context.channel
        other.writeAndFlush(unwrapInboundIn(data)).whenComplete { result in
            switch result {
            case .success: channel.read()
            case .failure: channel.close(promise: nil)
            }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event as? ChannelEvent == .inputClosed else { return context.fireUserInboundEventTriggered(event) }
        other.close(mode: .output, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
