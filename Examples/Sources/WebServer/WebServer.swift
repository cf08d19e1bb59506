import Hummingbird
import JobClient
import JobCore
import JobExecutors
import JobHTTP
import JobSQLite
import JobTransport
import Logging
import ServiceLifecycle

/// Another Hummingbird server that has the job service below `/jobs`, beside routes of its own.
///
/// It ends by itself: a client submits a job over HTTP, waits for it, and then the program shuts down.
@main
struct WebServer {
    static let greet = JobHandler<String, String>("greet")

    static func main() async throws {
        var logger = Logger(label: "web-server")
        logger.logLevel = .warning
        let store = try await SQLiteQueue.temporary()

        // The calls, for callers who have a token, and for jobs of one kind.
        let service = JobService(
            store: store,
            configuration: JobService.Configuration(
                submission: SubmissionPolicy(kinds: [], handlers: ["greet"]), pathPrefix: "/jobs"),
            logger: logger)
        let token = TokenText()
        try await store.insert(
            AccessToken(
                id: token.id, name: "example", hash: token.hash, scopes: [.submit, .read],
                createdAt: TimeSource.system.now))

        // The server's own routes, and the service's below a path.
        let router = Router()
        router.get("hello") { _, _ in "hello" }
        service.addRoutes(to: router.group("jobs"))

        // The runner works in the same process.
        var executors = ExecutorRegistry()
        executors.register(greet) { name, _ in "hello, \(name)" }
        let runner = JobRunner(store: store, executors: executors, logger: logger)

        let (listening, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) }, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [service, runner, application], logger: logger))
        async let running: Void = group.run()

        for await port in listening {
            try await submit(to: "http://127.0.0.1:\(port)/jobs", token: token)
            break
        }
        await group.triggerGracefulShutdown()
        try await running
        try await store.close()
    }

    /// What a program elsewhere does: it knows the address and the token, and nothing of the server.
    private static func submit(to url: String, token: TokenText) async throws {
        let transport = try CurlTransport()
        let client = JobClient(
            server: try ServerAddress(url: url, token: BearerToken(token.secretText)), transport: transport)
        let action = StepAction.handler(HandlerAction(name: "greet", input: "world"))
        let job = try await client.submit(JobSpec(name: "greeting", steps: [StepSpec(name: "greet", action: action)]))
        let done = try await client.finished(job.id)
        await transport.shutdown()
        print("status:", done?.status.rawValue ?? "gone")
        print("result:", done?.steps.first?.output?.json ?? "none")
        precondition(done?.status == .succeeded, "the job should have succeeded")
    }
}
