internal import JobTransport
internal import NIOCore
internal import NIOHTTP1

/// Gathers each request of a connection, and writes what a function says to it.
final class AnsweringHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: LoopbackServer.Answer
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(answer: @escaping LoopbackServer.Answer) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
            if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
                let go = HTTPResponseHead(version: head.version, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(go)), promise: nil)
            }
        case .body(let bytes):
            guard body.count + bytes.readableBytes <= FakeTransport.mostBodyBytes else {
                return context.close(promise: nil)
            }
            body.append(contentsOf: bytes.readableBytesView)
        case .end:
            guard let head else { return }
            self.head = nil
            serve(head, context)
        }
    }

    private func serve(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let target = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let request = ServedRequest(
            method: HTTPMethod(rawValue: head.method.rawValue), path: String(target[0]),
            query: target.count > 1 ? String(target[1]) : "",
            headers: HTTPHeaders(head.headers.map { .init(name: $0.name, value: $0.value) }), body: body,
            // A caller on the same machine has the address that it calls; a container behind a bridge has another.
            hops: context.remoteAddress?.ipAddress == context.localAddress?.ipAddress ? 0 : 1)
        let answer = answer
        let promise = context.eventLoop.makePromise(of: ServedAnswer.self)
        promise.completeWithTask { await answer(request) }
        promise.futureResult.assumeIsolated().whenSuccess { answer in
            self.write(answer, to: head, context)
        }
    }

    private func write(_ answer: ServedAnswer, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        switch answer {
        case .silent: return
        case .closed, .refused: context.close(promise: nil)
        case .reply(let status, let headers, let bytes):
            var fields = NIOHTTP1.HTTPHeaders(headers.map { ($0.name, $0.value) })
            fields.replaceOrAdd(name: "Content-Length", value: "\(bytes.count)")
            let head = HTTPResponseHead(
                version: request.version, status: HTTPResponseStatus(statusCode: status), headers: fields)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if request.method != .HEAD {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            if !request.isKeepAlive { context.close(promise: nil) }
        }
    }
}
