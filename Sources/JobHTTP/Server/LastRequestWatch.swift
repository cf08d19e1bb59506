internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypesHTTP1

/// Sees, where requests still have their version, whether the client keeps the connection for another one.
///
/// Clients of HTTP/1.0 keep it only when they say so.
/// Source: https://www.rfc-editor.org/rfc/rfc9112#section-9.3
final class LastRequestWatch: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// Whether the latest request is the last one.
    private(set) var isLast = false

    /// Takes its place in a pipeline; without effect where requests are not decoded as usual.
    func join(_ pipeline: ChannelPipeline) {
        let handlers = pipeline.syncOperations
        guard let codec = try? handlers.handler(type: HTTP1ToHTTPServerCodec.self) else { return }
        do { try handlers.addHandler(self, position: .before(codec)) } catch {
            // The connection is closed.
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { isLast = !head.isKeepAlive }
        context.fireChannelRead(data)
    }
}

@available(*, unavailable)
extension LastRequestWatch: Sendable {}
