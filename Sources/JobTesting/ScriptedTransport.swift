public import JobTransport
internal import Synchronization

/// An HTTP transport that answers from a script and records what it was asked.
///
/// Expectations are used up in any order: a request takes the first unused one that matches it, so it may serve
/// concurrent callers. A request that none matches throws ``UnexpectedRequest`` and is recorded. Call
/// ``verifyComplete()`` at the end of a test.
public final class ScriptedTransport: HTTPTransport {
    /// One request that is to come, and its answer.
    public struct Expectation: Sendable {
        /// What happens when the request comes.
        public typealias Answer = @Sendable (RecordedRequest) async throws -> HTTPResponse

        let label: String
        let matches: @Sendable (HTTPRequest) -> Bool
        let answer: Answer
        let isReusable: Bool

        /// An expectation with a condition and an answer of one's own; a reusable one matches any number of requests
        /// and need not be met.
        public init(
            _ label: String, reusable: Bool = false, where matches: @escaping @Sendable (HTTPRequest) -> Bool,
            answer: @escaping Answer
        ) {
            self.label = label
            self.matches = matches
            self.answer = answer
            self.isReusable = reusable
        }

        /// A request with this method and exactly this URL is answered with a response.
        ///
        /// With a gate the answer waits until the gate opens, and stops waiting when the task is cancelled.
        public static func on(
            _ method: HTTPMethod, _ url: String, respond status: Int, headers: HTTPHeaders = [:], body: String = "",
            gate: AnswerGate? = nil
        ) -> Expectation {
            Expectation("\(method) \(url)", where: { $0.method == method && $0.url == url }) { _ in
                try await gate?.wait()
                return HTTPResponse(status: status, headers: headers, body: HTTPBody(Array(body.utf8)))
            }
        }

        /// A request with this method and exactly this URL fails.
        public static func on(_ method: HTTPMethod, _ url: String, fail error: TransportError) -> Expectation {
            Expectation("\(method) \(url)", where: { $0.method == method && $0.url == url }) { _ in throw error }
        }
    }

    /// A request as it came, with its body collected.
    public struct RecordedRequest: Sendable {
        /// The request; a stream body in it is used up.
        public let request: HTTPRequest
        /// The bytes of its body, at most 16 MiB.
        public let body: [UInt8]
        /// The body as text.
        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// The error of a request that the script does not know.
    public struct UnexpectedRequest: Error, CustomStringConvertible {
        /// What came, and what was still expected.
        public let description: String
    }

    /// The error of a script that was not played to its end, or met requests it did not know.
    public struct Incomplete: Error, CustomStringConvertible {
        /// What is missing and what came unexpectedly.
        public let description: String
    }

    private struct State {
        var expectations: [Expectation]
        var recorded: [RecordedRequest] = []
        var unexpected: [String] = []
    }

    private static let mostBodyBytes = 16 * 1024 * 1024
    private let state: Mutex<State>

    /// Makes a transport with a script; more can be added with ``expect(_:)``.
    public init(_ expectations: [Expectation] = []) {
        self.state = Mutex(State(expectations: expectations))
    }

    /// Adds an expectation after the existing ones.
    public func expect(_ expectation: Expectation) {
        state.withLock { $0.expectations.append(expectation) }
    }

    /// The requests so far, in the order they came, unexpected ones included.
    public var requests: [RecordedRequest] { state.withLock { $0.recorded } }

    /// Answers a request from the script.
    ///
    /// - Throws: what the real transport throws for an invalid request, the scripted error, ``UnexpectedRequest``, or
    ///   `CancellationError`.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try request.validate()
        try Task.checkCancellation()
        let body = try await request.body.collect(upTo: Self.mostBodyBytes)
        let recorded = RecordedRequest(request: request, body: body)
        let expectation = try state.withLock { state in
            state.recorded.append(recorded)
            guard let index = state.expectations.firstIndex(where: { $0.matches(request) }) else {
                state.unexpected.append("\(request.method) \(request.url)")
                throw UnexpectedRequest(
                    description:
                        "unexpected \(request.method) \(request.url); expected \(Self.list(state.expectations))")
            }
            let expectation = state.expectations[index]
            if !expectation.isReusable { state.expectations.remove(at: index) }
            return expectation
        }
        return try await expectation.answer(recorded)
    }

    /// Checks that every expectation was met and no unexpected request came.
    ///
    /// - Throws: ``Incomplete``.
    public func verifyComplete() throws {
        let (missing, unexpected) = state.withLock { state in
            (state.expectations.filter { !$0.isReusable }, state.unexpected)
        }
        guard missing.isEmpty, unexpected.isEmpty else {
            let came = unexpected.isEmpty ? "nothing" : unexpected.joined(separator: ", ")
            throw Incomplete(description: "not requested: \(Self.list(missing)); came unexpectedly: \(came)")
        }
    }

    private static func list(_ expectations: [Expectation]) -> String {
        expectations.isEmpty ? "nothing" : expectations.map(\.label).joined(separator: ", ")
    }
}
