internal import JobCore
internal import JobTransport

/// A transport whose requests go to a function instead of a network.
struct FakeTransport: HTTPTransport {
    /// Most bytes of a request that a fake takes.
    static let mostBodyBytes = 16 * 1024 * 1024

    let time: TimeSource
    let answer: @Sendable (ServedRequest) async -> ServedAnswer

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try request.validate()
        try Task.checkCancellation()
        let url = try URLReference(request.url)
        let body = try await request.body.collect(upTo: Self.mostBodyBytes)
        let served = ServedRequest(
            method: request.method, path: url.path, query: url.query ?? "", headers: request.headers, body: body)
        let operation = "\(request.method) \(url.origin)"
        switch await answer(served) {
        case .reply(let status, let headers, let bytes):
            return HTTPResponse(
                status: status, headers: headers, body: HTTPBody(request.method == .head ? [] : bytes))
        case .closed:
            throw TransportError(.closedEarly, operation: operation, detail: "the fake closed the connection")
        case .refused:
            throw TransportError(.connect, operation: operation, detail: "the fake refused the connection")
        case .silent:
            // An hour stands for ever: a request without a limit is the fault that the silence is to show.
            let limits = [request.timeouts.total, request.timeouts.idle].compactMap(\.self)
            try await time.sleep(for: limits.min() ?? .seconds(3_600))
            throw TransportError(.timeout, operation: operation, detail: "the fake said nothing")
        }
    }
}
