internal import HTTPTypes
internal import JobCore
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes

/// Keeps one connection from being held by a client that is slow, silent or malicious.
///
/// Idle connections and slow header fields are ended by Hummingbird's own timeout; this ends slow bodies and clients
/// that take nothing in, says what is wrong with what is no request, and closes the connection after an answer that says
/// so, as the one to a request that asks for it does. `Expect: 100-continue` is answered when somebody wants the body, so
/// that those who are refused send none.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    struct Limits {
        let writeTimeout: TimeAmount
        let bodyGrace: TimeAmount
        let bytesPerSecond: Int
        /// How long a client may go on sending after the last answer, before the connection is cut.
        let linger = TimeAmount.seconds(2)

        init(_ configuration: JobServer.Configuration) {
            writeTimeout = TimeAmount(configuration.writeTimeout)
            bodyGrace = TimeAmount(configuration.bodyGrace)
            bytesPerSecond = configuration.minimumBytesPerSecond
        }
    }

    /// Whether the client is there, for calls that wait.
    let presence = ClientPresence()
    private let limits: Limits
    private var body: (since: NIODeadline, bytes: Int)?
    /// Whether the client waits for a word before it sends its body.
    private var isAwaited = false
    private var answersDue = 0
    private var answersHead = false
    private let lastRequest = LastRequestWatch()
    /// What is wrong with the request that is being answered.
    private var malformed: Problem?
    private var closesAfterAnswer = false
    private var isStreaming = false
    /// Whether an answer has neither a body nor a length.
    private var isBare = false
    private var isInputClosed = false
    private var bodyWatch: Scheduled<Void>?
    private var writeWatch: Scheduled<Void>?
    private var lingering: Scheduled<Void>?

    init(limits: Limits) {
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        lastRequest.join(context.pipeline)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answersDue += 1
            answersHead = head.method == .head
            if Self.hasBody(head) {
                isAwaited = answersDue == 1 && head.headerFields.value(.expect)?.lowercased() == "100-continue"
                if !isAwaited { beginBody(context) }
            }
        case .body(let bytes):
            // It may come without the word.
            if isAwaited { beginBody(context) }
            body?.bytes += bytes.readableBytes
        case .end:
            isAwaited = false
            body = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            var data = data
            // Said in the answer too, or the client may send its next request before it sees the end.
            // Source: https://www.rfc-editor.org/rfc/rfc9112#section-9.6
            // A body that nobody wanted may come all the same, or another request.
            if lastRequest.isLast || isAwaited, answersDue == 1, head.status.kind != .informational {
                head.headerFields[.connection] = "close"
                data = wrapOutboundOut(.head(head))
            }
            // Without a length only the end of the connection ends an answer to HEAD: an encoder that does not know of
            // HEAD would end it as a stream.
            isBare = answersHead && head.headerFields.value(.contentLength) == nil && head.status.kind == .successful
            if isBare {
                head.headerFields[.connection] = "close"
                data = wrapOutboundOut(.head(head))
            }
            if head.headerFields.value(.connection) == "close" { closesAfterAnswer = true }
            isStreaming = head.headerFields.value(.contentLength) == nil && head.status.kind == .successful
            if let malformed, Self.saysNothing(head), !answersHead {
                write(malformed, context, promise)
            } else {
                context.write(data, promise: promise)
            }
            if isStreaming, isInputClosed { context.close(promise: nil) }
        case .body: context.write(data, promise: promise)
        case .end:
            answersDue -= 1
            isStreaming = false
            guard closesAfterAnswer else { return context.write(data, promise: promise) }
            if isBare {
                context.flush()
                promise?.succeed()
            } else {
                context.writeAndFlush(data, promise: promise)
            }
            linger(context)
        }
    }

    /// Somebody wants the body of the request that is being answered.
    struct BodyIsWanted: Sendable {}

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is BodyIsWanted else { return context.triggerUserOutboundEvent(event, promise: promise) }
        if isAwaited {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            beginBody(context)
        }
        promise?.succeed()
    }

    private func beginBody(_ context: ChannelHandlerContext) {
        isAwaited = false
        body = (.now(), 0)
        watchBody(context, after: limits.bodyGrace)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeWatch?.cancel()
        writeWatch = nil
        if !context.channel.isWritable {
            writeWatch = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: limits.writeTimeout) {
                context.close(promise: nil)
            }
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            isInputClosed = true
            presence.leave()
            // A stream without end is of no use to a client that has gone.
            if isStreaming { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What follows the last request is not read; an answer to it would be taken for that of another one.
        if let error = error as? HTTPParserError, error == .closedConnection { return }
        let problem = Problem(malformed: error)
        if let problem, answersDue == 0 {
            write(problem, context, nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            return linger(context)
        }
        // The server answers it when it has answered what came before, but has no words for it.
        malformed = problem
        context.fireErrorCaught(error)
    }

    private func write(_ problem: Problem, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        closesAfterAnswer = true
        context.write(wrapOutboundOut(.head(problem.lastHead)), promise: promise)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: problem.json.utf8))), promise: nil)
    }

    /// Whether this is the empty answer that Hummingbird gives to what cannot be read.
    private static func saysNothing(_ head: HTTPResponse) -> Bool {
        head.status == .badRequest && head.headerFields.value(.contentLength) == "0"
    }

    func channelInactive(context: ChannelHandlerContext) {
        presence.leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        for watch in [bodyWatch, writeWatch, lingering] { watch?.cancel() }
        (bodyWatch, writeWatch, lingering) = (nil, nil, nil)
    }

    private static func hasBody(_ head: HTTPRequest) -> Bool {
        if head.headerFields.value(.transferEncoding) != nil { return true }
        guard let length = head.headerFields.value(.contentLength) else { return false }
        return length != "0"
    }

    private func watchBody(_ context: ChannelHandlerContext, after delay: TimeAmount) {
        guard bodyWatch == nil else { return }
        bodyWatch = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: delay) {
            self.bodyWatch = nil
            guard let body = self.body else { return }
            let elapsed = NIODeadline.now() - body.since
            // The watch may stand from an earlier request of the connection.
            if elapsed < self.limits.bodyGrace {
                return self.watchBody(context, after: self.limits.bodyGrace - elapsed)
            }
            let wanted = Int(elapsed.nanoseconds / 1_000_000_000) * self.limits.bytesPerSecond
            if body.bytes < max(wanted, 1) { return context.close(promise: nil) }
            self.watchBody(context, after: .seconds(1))
        }
    }

    /// Says that no more comes, and reads on for a while, so that the answer is not lost with what is underway.
    private func linger(_ context: ChannelHandlerContext) {
        guard lingering == nil else { return }
        lingering = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: limits.linger) {
            context.close(promise: nil)
        }
        context.close(mode: .output, promise: nil)
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
