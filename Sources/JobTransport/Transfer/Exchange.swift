internal import Synchronization

/// One request on its way: the meeting point of the calling task, the body's reader and the event loop.
final class Exchange: Sendable {
    /// What the caller gets first.
    struct Opening: Sendable {
        var head: ResponseHeadParser.Head
        var remoteAddress: ResolvedAddress?
        var timings: HTTPTimings
    }

    /// What the loop hands over after one round of events.
    struct Delivery {
        var opening: Opening?
        var chunk: [UInt8] = []
        var hasPaused = false
        var end: ReceiveBuffer.End?
    }

    struct State {
        var receive: ReceiveBuffer
        var send: SendBuffer
        var opening: Opening?
        var openingWaiter: CheckedContinuation<Opening, any Error>?
        var chunkWaiter: CheckedContinuation<[UInt8]?, any Error>?
        var roomWaiter: CheckedContinuation<Void, any Error>?
        var upload: Task<Void, Never>?
    }

    let request: HTTPRequest
    let target: URLReference
    /// What shares a server, and so a limit.
    let origin: String
    /// When the total timeout strikes.
    let deadline: MonotonicTime
    let mailbox: Mailbox
    let state: Mutex<State>

    init(request: HTTPRequest, target: URLReference, bufferBytes: Int, mailbox: Mailbox) {
        self.request = request
        self.target = target
        self.mailbox = mailbox
        self.origin = request.unixSocketPath.map { "\($0) \(target.origin)" } ?? target.origin
        self.deadline =
            request.timeouts.total.map { MonotonicTime.now().advanced(byMilliseconds: $0.positiveMilliseconds) }
            ?? .never
        self.state = Mutex(
            State(
                receive: ReceiveBuffer(highWaterMark: bufferBytes),
                send: SendBuffer(highWaterMark: bufferBytes, length: request.body.length)))
    }

    /// What an error says was attempted; holds no secret.
    var operation: String { "\(request.method) \(target.origin)" }

    func error(
        _ code: TransportError.Code, _ detail: String, curlCode: Int32? = nil, cause: (any Error)? = nil
    ) -> TransportError {
        TransportError(code, operation: operation, detail: detail, curlCode: curlCode, cause: cause)
    }

    /// Waits for the final response head.
    func opening() async throws -> Opening {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ready: Result<Opening, any Error>? = state.withLock { state in
                    if let opening = state.opening { return .success(opening) }
                    if let end = state.receive.end { return .failure(end.error) }
                    state.openingWaiter = continuation
                    return nil
                }
                if let ready { continuation.resume(with: ready) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Takes what the loop has received.
    ///
    /// Returns whether receiving has to go on although it was paused, and how many bytes wait for the reader.
    func deliver(_ delivery: Delivery) -> (resumes: Bool, bufferedBytes: Int) {
        let (wakeups, result) = state.withLock { state in
            if let opening = delivery.opening, state.receive.end == nil { state.opening = opening }
            state.receive.append(delivery.chunk)
            if let end = delivery.end { state.receive.finish(end) }
            // A waiting reader takes its chunk first, so that pausing is judged by what is left.
            let wakeups = state.wakeups()
            let resumes = delivery.hasPaused && state.receive.pause()
            return (wakeups, (resumes, state.receive.bufferedBytes))
        }
        wakeups.perform()
        return result
    }

    /// Ends the exchange for the caller; the first end wins.
    ///
    /// Returns whether this was it.
    @discardableResult
    func fail(_ error: any Error) -> Bool {
        let wakeups: Wakeups? = state.withLock { state in
            guard state.receive.end == nil else { return nil }
            state.receive.abort(error)
            return state.wakeups()
        }
        wakeups?.perform()
        return wakeups != nil
    }

    /// The caller has lost interest.
    func cancel() {
        if fail(CancellationError()) { mailbox.post(.cancel(self)) }
    }

    /// Whether nothing more is expected, so that the loop can drop it.
    var hasEnded: Bool { state.withLock { $0.receive.end != nil } }
}

extension Exchange: HTTPBodySource {
    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ready = state.withLock { $0.takeChunk(or: continuation) }
                guard let ready else { return }
                if ready.resumes { mailbox.post(.resumeReceiving(self)) }
                continuation.resume(with: ready.result)
            }
        } onCancel: {
            cancel()
        }
    }
}

/// Ends the exchange when the last reader has gone.
final class ExchangeBody: HTTPBodySource {
    private let exchange: Exchange

    init(_ exchange: Exchange) {
        self.exchange = exchange
    }

    deinit {
        exchange.cancel()
    }

    func next() async throws -> [UInt8]? {
        try await exchange.next()
    }
}
