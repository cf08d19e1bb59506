import JobCore
import JobHTTP
import JobSQLite
import JobTransport
import Logging
import ServiceLifecycle
import Synchronization
import Testing

/// A real server on a socket of its own, with a client; ended when the test's body returns.
struct LiveServer: Sendable {
    let port: Int
    let service: JobService
    let transport: CurlTransport
    /// Sent with every request; nil for none.
    var token: String?
    private let group: ServiceGroup

    var store: any ServiceStore { service.store }
    var url: String { "http://127.0.0.1:\(port)" }

    /// Runs a server without tokens over a store, by default one in memory.
    @discardableResult
    static func with<Value: Sendable>(
        _ store: (any ServiceStore)? = nil, time: TimeSource = .system,
        service: JobService.Configuration = .open, server: JobServer.Configuration = .init(),
        _ body: (LiveServer) async throws -> Value
    ) async throws -> Value {
        let transport = try CurlTransport()
        let jobs = JobService(
            store: store ?? MemoryQueue(time: time), configuration: service, time: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let http = JobServer(service: jobs, configuration: server) {
            port.yield($0)
            port.finish()
        }
        let group = ServiceGroup(services: [http], logger: jobs.logger)
        let result: Result<Value, any Error> = try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { port.finish() }
                try await group.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await tasks.waitForAll()
                throw CancellationError()
            }
            let live = LiveServer(port: port, service: jobs, transport: transport, group: group)
            let result: Result<Value, any Error>
            do { result = .success(try await body(live)) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
        await transport.shutdown()
        return try result.get()
    }

    /// Begins the server's graceful shutdown.
    func shutDown() async { await group.triggerGracefulShutdown() }

    /// Sends a request and reads the whole answer.
    func send(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        let response = try await open(method, path, body.map { Array($0.utf8) }, headers: headers)
        return Answer(
            status: response.status, headers: response.headers, bytes: try await response.body.collect(upTo: 1 << 26))
    }

    func get(_ path: String, headers: HTTPHeaders = [:]) async throws -> Answer {
        try await send(.get, path, headers: headers)
    }

    func post(_ path: String, _ body: String = "", headers: HTTPHeaders = [:]) async throws -> Answer {
        try await send(.post, path, body, headers: headers)
    }

    /// Sends a request and returns its answer with the body still to be read.
    func open(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil, headers: HTTPHeaders = [:]
    ) async throws -> HTTPResponse {
        var headers = headers
        if let token, !headers.contains("Authorization") { headers["Authorization"] = "Bearer \(token)" }
        if body != nil, !headers.contains("Content-Type") { headers["Content-Type"] = "application/json" }
        return try await transport.send(
            HTTPRequest(
                method: method, url: url + path, headers: headers, body: body.map { .bytes($0) } ?? .none,
                timeouts: HTTPTimeouts()))
    }

    /// Stores a token and returns a client that uses it.
    func bearing(
        _ scopes: Set<AccessScope>, queues: Set<String> = [], worker: String? = nil,
        attempt: AccessToken.Attempt? = nil, expiresAt: Timestamp? = nil
    ) async throws -> LiveServer {
        let text = TokenText()
        try await store.insert(
            AccessToken(
                id: text.id, name: "test", hash: text.hash, scopes: scopes, queues: queues,
                createdAt: TimeSource.system.now, expiresAt: expiresAt, worker: worker, attempt: attempt))
        var copy = self
        copy.token = text.secretText
        return copy
    }
}

/// An answer that has been read to its end.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The body as JSON; null when it is none.
    var json: JSONValue { (try? JSONParser.parse(bytes)) ?? .null }
}

extension JobService.Configuration {
    /// No tokens asked.
    static var open: JobService.Configuration { JobService.Configuration(access: .none) }
}

extension JSONValue {
    /// The job's id in a job's JSON.
    var jobID: JobID? { self["id"]?.stringValue.flatMap(JobID.init) }
}
