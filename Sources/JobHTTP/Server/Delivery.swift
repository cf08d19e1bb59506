internal import NIOCore
internal import Synchronization

/// The way of one answer to its client, as far as the server sees it.
///
/// ``JobServer`` sets one for each request; behind a server of another kind there is none, and nothing is known.
final class Delivery: Sendable {
    /// That of the request that is being answered.
    @TaskLocal static var current: Delivery?

    private let channel: any Channel
    private let losses = Mutex<[@Sendable () async -> Void]>([])

    init(over channel: any Channel) {
        self.channel = channel
    }

    /// Whether the client is there.
    func client() async -> ClientPresence {
        let known = channel.eventLoop.submit { [channel] in
            try channel.pipeline.syncOperations.handler(type: ConnectionGuard.self).presence
        }
        if let presence = try? await known.get() { return presence }
        // The handlers of a closed connection are gone too.
        return ClientPresence(isGone: !channel.isActive)
    }

    /// Tells a client that waits for it to send the body.
    func wantsBody() { channel.triggerUserOutboundEvent(ConnectionGuard.BodyIsWanted(), promise: nil) }

    /// Has something done when the answer cannot be written.
    func ifLost(_ action: @escaping @Sendable () async -> Void) { losses.withLock { $0.append(action) } }

    /// The answer could not be written.
    func isLost() async {
        let actions = losses.withLock { losses in
            defer { losses = [] }
            return losses
        }
        for action in actions { await action() }
    }
}
