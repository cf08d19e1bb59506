public import JobCore
public import JobTransport

/// The metadata service of one instance, IMDSv2, without an instance.
///
/// It wants tokens, knows the items that agents read, and what goes wrong is injected. Times are those of the given
/// `TimeSource`; an announced interruption keeps its time, as that of the real service does.
///
/// ```swift
/// let metadata = FakeIMDS(time: time.source)
/// metadata.inject(FakeIMDS.Fault(.status(503), to: "spot/", calls: 1...3))
/// metadata.interrupt()
/// ```
///
/// Give the code under test ``transport``, or ``withServer(_:)`` its URL. An instance of ``FakeEC2`` has its own:
/// ``FakeEC2/metadata(of:)``.
public final class FakeIMDS: Sendable {
    let time: TimeSource
    /// Brings the state up to date before a request is answered; for those that belong to a ``FakeEC2``.
    let update: @Sendable (inout MetadataState) -> Void
    let state: Observed<MetadataState>

    /// Makes the service of an instance that nothing has happened to.
    public convenience init(_ identity: Identity = Identity(), time: TimeSource = .system, seed: UInt64 = 1) {
        self.init(identity, time: time, seed: seed) { _ in }
    }

    init(
        _ identity: Identity, time: TimeSource, seed: UInt64, update: @escaping @Sendable (inout MetadataState) -> Void
    ) {
        self.time = time
        self.update = update
        state = Observed(MetadataState(identity: identity, seed: seed))
    }

    /// A transport whose requests are answered here, whatever their host.
    public var transport: any HTTPTransport { FakeTransport(time: time) { self.handle($0) } }

    /// The requests so far.
    public var requests: [Request] { state.value.requests }

    /// Answers one request.
    public func handle(_ request: ServedRequest) -> ServedAnswer {
        let now = time.now
        return state.update { state in
            self.update(&state)
            return state.answer(request, at: now)
        }
    }

    /// Suspends until at least so many requests have come.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - part: a part of their paths; nil counts all.
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func waitForRequests(_ count: Int, to part: String? = nil) async throws {
        try await state.first { state in
            state.requests.count { $0.path.contains(part ?? $0.path) } >= count ? () : nil
        }
    }

    /// Serves on a port of the loopback interface while `body` runs.
    ///
    /// - Parameter body: gets the URL, such as `http://127.0.0.1:41234`.
    /// - Throws: what `body` throws, or an error of the socket.
    public func withServer<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let server = try await LoopbackServer.start { self.handle($0) }
        do {
            let result = try await body("http://127.0.0.1:\(server.port)")
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// A request, as it came.
    public struct Request: Hashable, Sendable {
        /// The method.
        public let method: String
        /// The path.
        public let path: String
        /// When it came.
        public let at: Timestamp
        /// The status of the answer; nil when there was none.
        public let status: Int?
    }
}
