internal import JobCore
internal import JobTransport
internal import Synchronization

/// Brings a server's hints to those who listen here, over one connection that is made again when it breaks.
///
/// A listener is woken also when a connection begins and when one cannot be made: whoever is woken looks at the queue
/// itself, so nothing that happened in between is missed, and without any connection listeners poll at the pace of
/// the tries.
final class RemoteSignals: Sendable {
    private struct State {
        var subscribers = SignalSubscribers()
        /// What the round of the moment asks for; nil while there is none.
        var current: SignalSubscribers.Subscription?
        /// The round of the moment, which a change of what is wanted ends.
        var round: Task<Int, Never>?
        /// Whether the round has to end that is just beginning.
        var isStale = false
        var isRunning = false
        var isClosed = false

        mutating func endRound() {
            isStale = true
            round?.cancel()
        }
    }

    private let state = Mutex(State())
    private let calls: ServerCalls

    /// The server sends something at least every 15 s.
    private static let silence = Duration.seconds(45)
    /// A connection that lasts so long was a good one.
    private static let steady = Duration.seconds(5)

    init(calls: ServerCalls) {
        self.calls = calls
    }

    func signals(for interest: SignalInterest) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (id, begins) = state.withLock { state -> (Int?, Bool) in
            if state.isClosed { return (nil, false) }
            let id = state.subscribers.add(interest, continuation)
            if let current = state.current, !current.covers(interest) { state.endRound() }
            defer { state.isRunning = true }
            return (id, !state.isRunning)
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.remove(id) }
        // Nobody's child: it lives as long as somebody listens.
        if begins { Task { await self.run() } }
        return stream
    }

    /// Ends all streams, now and later.
    func close() {
        let listeners = state.withLock { state in
            state.isClosed = true
            state.endRound()
            return state.subscribers.removeAll()
        }
        for listener in listeners { listener.finish() }
    }

    private func remove(_ id: Int) {
        state.withLock { state in
            state.subscribers.remove(id)
            if state.subscribers.isEmpty { state.endRound() }
        }
    }

    // MARK: The connection

    private func run() async {
        var failures = 0
        while let subscription = begin() {
            let tries = failures
            let round = Task { await self.round(subscription, after: tries) }
            state.withLock { state in
                state.round = round
                if state.isStale { round.cancel() }
            }
            failures = await round.value
        }
    }

    /// What to ask for now; nil when nobody listens any more.
    private func begin() -> SignalSubscribers.Subscription? {
        state.withLock { state in
            state.round = nil
            state.isStale = false
            guard !state.subscribers.isEmpty, !state.isClosed else {
                state.isRunning = false
                state.current = nil
                return nil
            }
            let subscription = state.subscribers.subscription
            state.current = subscription
            return subscription
        }
    }

    /// Waits as long as earlier failures ask for, connects, and passes on hints until the connection breaks.
    ///
    /// - Returns: after how many failures the next round begins.
    private func round(_ subscription: SignalSubscribers.Subscription, after failures: Int) async -> Int {
        let time = calls.time
        do {
            if failures > 0 {
                try await time.sleep(for: BackOff.delay(after: failures, unit: calls.random.unit()))
            }
            let response = try await connect(subscription)
            let began = time.uptime
            publish(nil)
            // A stream that ends and one that breaks are the same here.
            try? await pass(response)
            if Task.isCancelled { return 0 }
            publish(nil)
            return time.uptime - began > Self.steady ? 1 : failures + 1
        } catch {
            if Task.isCancelled { return 0 }
            publish(nil)
            return failures + 1
        }
    }

    private func connect(_ subscription: SignalSubscribers.Subscription) async throws -> HTTPResponse {
        let call = ServerCalls.Call(
            method: .get, path: "\(QueueRoute.signalsPath)?\(subscription.query)", operation: "signals",
            headers: ["Accept": "text/event-stream"])
        var request = calls.request(call, body: nil)
        request.timeouts.idle = Self.silence
        let response = try await calls.transport.send(request)
        guard response.status == 200 else {
            throw ServerAnswer.error(
                status: response.status, body: [], operation: "signals", origin: calls.server.url)
        }
        return response
    }

    private func pass(_ response: HTTPResponse) async throws {
        var parser = EventStreamParser()
        for try await bytes in response.body {
            for event in try parser.take(bytes) {
                guard let hint = QueueHint(event.data) else { continue }
                publish(hint)
            }
        }
    }

    private func publish(_ hint: QueueHint?) {
        let listeners = state.withLock { $0.subscribers.listeners(of: hint) }
        for listener in listeners { listener.yield() }
    }
}
