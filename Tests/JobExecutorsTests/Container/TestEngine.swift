import Glibc
import JobCore
import JobExecutors
import JobTransport
import Testing

/// The engine that `Scripts/docker` starts, with its one image.
struct TestEngine: Sendable {
    static let image = "jobkit-test:latest"
    /// Where it listens; nil where nobody has started it.
    static let socket = getenv("JOBKIT_DOCKER_SOCKET").map { String(cString: $0) }
    /// Where CI runs, a missing engine fails the tests instead of skipping them.
    static let isRequired = getenv("CI") != nil

    let transport: CurlTransport
    let socketPath: String
    /// A job of its own for each test, so that tests do not find each other's containers.
    let job = JobID()

    /// Calls `body` with the engine, and checks afterwards that it has left no container behind.
    static func run(
        sourceLocation: SourceLocation = #_sourceLocation, _ body: (TestEngine) async throws -> Void
    ) async throws {
        let socket = try #require(
            socket, #"no container engine; run eval "$(Scripts/docker)""#, sourceLocation: sourceLocation)
        let engine = TestEngine(transport: try CurlTransport(), socketPath: socket)
        do {
            try await body(engine)
            #expect(try await engine.containers().isEmpty, "containers are left behind", sourceLocation: sourceLocation)
        } catch {
            await engine.transport.shutdown()
            throw error
        }
        await engine.transport.shutdown()
    }

    /// An executor on it.
    func executor(_ change: (inout ContainerExecutor.Options) -> Void = { _ in }) -> ContainerExecutor {
        var options = ContainerExecutor.Options(engine: .socket(socketPath), stopGrace: .seconds(1))
        change(&options)
        return ContainerExecutor(transport: transport, options: options)
    }

    /// A step of this job.
    func step(
        _ words: String..., index: Int = 2, attempt: Int = 1, change: (inout ContainerAction) -> Void = { _ in }
    ) -> StepInvocation {
        var action = ContainerAction(image: Self.image, command: words, pull: .never)
        change(&action)
        var step = StepInvocation.test(.container(action), attempt: attempt)
        step.jobID = job
        step.index = index
        return step
    }

    /// A line for the container's shell.
    func shell(_ line: String, _ change: (inout ContainerAction) -> Void = { _ in }) -> StepInvocation {
        step("sh", "-c", line, change: change)
    }

    /// The ids of this job's containers, running or not.
    func containers() async throws -> [String] {
        let filter = JSONValue.object(["label": [.string("org.jobkit.job=\(job)")]]).text
        let query = filter.replacing("{", with: "%7B").replacing("}", with: "%7D").replacing("\"", with: "%22")
        guard case .array(let items) = try await call(.get, "/containers/json?all=1&filters=\(query)") else {
            return []
        }
        return items.compactMap { $0["Id"]?.stringValue }
    }

    /// What the engine says about the one container of this job.
    func inspect() async throws -> JSONValue {
        let id = try #require(try await containers().first)
        return try await call(.get, "/containers/\(id)/json")
    }

    /// Calls the engine, independently of the client that is tested.
    @discardableResult
    func call(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        var request = HTTPRequest(method: method, url: "http://engine/v1.41\(path)")
        request.unixSocketPath = socketPath
        if let body {
            request.headers = ["Content-Type": "application/json"]
            request.body = .bytes(body.utf8)
        }
        let response = try await transport.send(request)
        let bytes = try await response.body.collect(upTo: 1 << 20)
        try #require(response.status < 300, "\(method) \(path): \(String(decoding: bytes, as: UTF8.self))")
        return bytes.isEmpty ? .null : try JSONParser.parse(bytes)
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs the tests where there is an engine, and in CI.
    static var containerEngine: Self {
        .enabled(
            if: TestEngine.socket != nil || TestEngine.isRequired,
            #"there is no container engine for tests; run eval "$(Scripts/docker)""#)
    }
}
