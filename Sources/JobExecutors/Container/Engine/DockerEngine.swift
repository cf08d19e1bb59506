internal import Glibc
internal import JobCore
package import JobTransport

/// A client of the Docker Engine API on a Unix-domain socket; Podman's compatible API serves as well.
///
/// All calls throw ``EngineError``, or `CancellationError` when the task is cancelled.
///
/// Source: https://docs.docker.com/reference/api/engine/version/v1.41/
package struct DockerEngine: Sendable {
    /// How long a call may take, and on which connections it waits.
    enum Patience {
        /// The engine does something and answers.
        case call
        /// The engine does something that takes this long, and answers.
        case slow(Duration)
        /// The engine sends what it has, until it is done; a pull.
        case transfer
        /// The engine keeps the connection until the container has ended.
        case stream, wait
    }

    private let transport: any HTTPTransport
    /// The path of its socket.
    package let socketPath: String
    /// The version to speak; nil before it is negotiated.
    private var version: APIVersion?

    /// A client that speaks no version yet.
    package init(transport: any HTTPTransport, socketPath: String) {
        self.transport = transport
        self.socketPath = socketPath
    }

    /// Asks the engine who it is; works with every version.
    package func about() async throws -> EngineVersion {
        try EngineVersion(await json(.get, "/version", to: "asking the engine for its version"))
    }

    /// The same client, speaking the newest version that both know.
    // Not inlined: the optimizer of Swift 6.3.1 crashes when a typed error becomes an untyped one inside an async caller.
    @inline(never)
    func negotiated() async throws -> DockerEngine {
        var engine = self
        engine.version = try await about().negotiated()
        return engine
    }

    /// Sends a request and returns its answer when that is no error.
    func send(
        _ method: HTTPMethod, _ path: String, query: KeyValuePairs<String, String> = [:], body: JSONValue? = nil,
        patience: Patience = .call, to operation: String
    ) async throws -> HTTPResponse {
        let request = request(method, path, query: query, body: body, patience: patience)
        let response: HTTPResponse
        do { response = try await transport.send(request) } catch let error as TransportError {
            throw await self.error(error, operation)
        }
        guard response.status >= 400 else { return response }
        let message = try await text(of: response, operation)
        throw EngineError(.refused(status: response.status), operation, message)
    }

    /// Sends a request and returns the JSON of its answer.
    func json(
        _ method: HTTPMethod, _ path: String, query: KeyValuePairs<String, String> = [:], body: JSONValue? = nil,
        patience: Patience = .call, to operation: String
    ) async throws -> JSONValue {
        let response = try await send(method, path, query: query, body: body, patience: patience, to: operation)
        let bytes = try await bytes(of: response, operation)
        do throws(JSONSyntaxError) { return try JSONParser.parse(bytes) } catch {
            throw EngineError(.malformed, operation, "the engine sent no JSON: \(error)")
        }
    }

    /// What a failed transfer means here.
    func error(_ error: TransportError, _ operation: String) async -> EngineError {
        guard error.code == .connect || error.code == .connectTimeout else {
            return EngineError(
                .lost, operation, "the connection to the engine at \(socketPath) failed: \(error.detail)")
        }
        // The transport does not say why; the socket does. Two system calls on a local file do not block.
        let problem = access(socketPath, F_OK) != 0 || access(socketPath, R_OK | W_OK) != 0 ? errno : ECONNREFUSED
        return Self.cannotConnect(problem, socketPath: socketPath, operation)
    }

    /// Why there is no connection, by the system's error number.
    package static func cannotConnect(_ problem: CInt, socketPath: String, _ operation: String) -> EngineError {
        switch problem {
        case EACCES, EPERM:
            EngineError(
                .permissionDenied, operation,
                "this user may not use \(socketPath); add the user to the engine's group, or run a rootless engine")
        case ENOENT, ENOTDIR:
            EngineError(
                .notRunning, operation,
                "there is no \(socketPath); start the engine, or set DOCKER_HOST to unix:// and its socket")
        default:
            EngineError(.notRunning, operation, "nobody answers at \(socketPath); start the container engine")
        }
    }

    private static let mostAnswerBytes = 4 << 20

    private func request(
        _ method: HTTPMethod, _ path: String, query: KeyValuePairs<String, String>, body: JSONValue?,
        patience: Patience
    ) -> HTTPRequest {
        let pairs = query.map { "\($0.key)=\(EngineText.encoded($0.value))" }
        // Only the transport reads the host. Calls that stay open have hosts of their own, so that many containers
        // never use up the connections that short calls need.
        var host = "docker"
        var timeouts = HTTPTimeouts(connect: .seconds(10), total: .seconds(60), idle: nil)
        switch patience {
        case .call: break
        case .slow(let duration): timeouts.total = duration + .seconds(60)
        case .transfer: timeouts = HTTPTimeouts(connect: .seconds(10), idle: .seconds(300))
        case .stream, .wait:
            timeouts = HTTPTimeouts(connect: .seconds(10), idle: nil)
            if case .stream = patience { host = "docker-stream" } else { host = "docker-wait" }
        }
        var request = HTTPRequest(
            method: method,
            url: "http://\(host)\(version.map { "/v\($0)" } ?? "")\(path)"
                + (pairs.isEmpty ? "" : "?\(pairs.joined(separator: "&"))"),
            timeouts: timeouts)
        if let body {
            request.headers = ["Content-Type": "application/json"]
            request.body = .bytes(body.utf8)
        }
        request.unixSocketPath = socketPath
        // A request on a connection that turns out dead would be sent twice; a new one costs next to nothing here.
        request.reusesConnection = false
        return request
    }

    private func bytes(of response: HTTPResponse, _ operation: String) async throws -> [UInt8] {
        do { return try await response.body.collect(upTo: Self.mostAnswerBytes) } catch let error as TransportError {
            throw await self.error(error, operation)
        }
    }

    private func text(of response: HTTPResponse, _ operation: String) async throws -> String {
        let bytes = try await bytes(of: response, operation)
        do throws(JSONSyntaxError) {
            if let message = try JSONParser.parse(bytes)["message"]?.stringValue { return EngineText.oneLine(message) }
        } catch {
            // Some refusals are plain text, such as that of a version that is too old.
        }
        let text = EngineText.oneLine(String(decoding: bytes.prefix(2_000), as: UTF8.self))
        return text.isEmpty ? "status \(response.status)" : text
    }
}
