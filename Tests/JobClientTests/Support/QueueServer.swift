import JobClient
import JobCore
import JobHTTP
import JobSQLite
import JobTesting
import JobTransport
import Logging
import ServiceLifecycle

/// A real server on a socket of its own over some store; ended when the test's body returns.
struct QueueServer: Sendable {
    let port: Int
    let store: any ServiceStore

    var url: String { "http://127.0.0.1:\(port)" }

    /// Runs a server that takes jobs of any kind.
    static func with<Value: Sendable>(
        _ store: any ServiceStore, time: TimeSource = .system, access: AccessPolicy = .none, port: Int = 0,
        submission: SubmissionPolicy = .anything, enrolment: (any WorkerEnrolment)? = nil,
        _ body: (QueueServer) async throws -> Value
    ) async throws -> Value {
        var configuration = JobService.Configuration(
            access: access, submission: submission, requestsPerSecond: nil)
        configuration.enrolment = enrolment
        let service = JobService(
            store: store, configuration: configuration, time: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let http = JobServer(service: service, configuration: JobServer.Configuration(port: port)) {
            found.yield($0)
            found.finish()
        }
        let group = ServiceGroup(services: [http], logger: service.logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { found.finish() }
                try await group.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await tasks.waitForAll()
                throw CancellationError()
            }
            let result: Result<Value, any Error>
            do {
                result = .success(try await body(QueueServer(port: port, store: store)))
            } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return try result.get()
        }
    }

    /// Calls `body` with a queue on the server, or on whatever listens at another URL.
    func withQueue<Value: Sendable>(
        time: TimeSource = .system, token: String? = nil, at url: String? = nil,
        _ body: (RemoteQueue) async throws -> Value
    ) async throws -> Value {
        try await RemoteQueue.with(at: url ?? self.url, time: time, token: token, body)
    }

    /// Stores a token and returns its text.
    func token(
        _ scopes: Set<AccessScope>, queues: Set<String> = [], worker: String? = nil,
        attempt: AccessToken.Attempt? = nil
    ) async throws -> String {
        let text = TokenText()
        try await store.insert(
            AccessToken(
                id: text.id, name: "test", hash: text.hash, scopes: scopes, queues: queues,
                createdAt: TimeSource.system.now, worker: worker, attempt: attempt))
        return text.secretText
    }
}

extension RemoteQueue {
    /// Calls `body` with a queue over a transport of its own.
    static func with<Value: Sendable>(
        at url: String, time: TimeSource = .system, token: String? = nil, attempts: Int = 5,
        _ body: (RemoteQueue) async throws -> Value
    ) async throws -> Value {
        let transport = try CurlTransport()
        let result: Result<Value, any Error>
        do {
            var server = try ServerAddress(url: url, token: try token.map { try BearerToken($0) })
            server.proxy = .direct
            server.attempts = attempts
            let queue = RemoteQueue(server: server, transport: transport, time: time)
            do { result = .success(try await body(queue)) } catch { result = .failure(error) }
            queue.close()
        } catch { result = .failure(error) }
        await transport.shutdown()
        return try result.get()
    }
}

extension SubmissionPolicy {
    /// All kinds, and the handlers that the tests use.
    static let anything = SubmissionPolicy(
        kinds: Set(Kind.allCases), handlers: ["test", "mail", "work"], allowsMounts: true)
}
