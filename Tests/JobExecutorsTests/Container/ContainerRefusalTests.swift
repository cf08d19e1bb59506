import JobCore
import JobExecutors
import JobTesting
import Testing

/// What a worker refuses before it asks its engine for anything.
@Suite struct ContainerRefusalTests {
    private func failure(
        of step: StepInvocation, permitting directories: [String] = []
    ) async throws -> StepFailure {
        let engine = ScriptedEngine([], options: .init(mountableDirectories: directories))
        let failure = try await engine.executor.failure(of: step)
        #expect(engine.transport.requests.isEmpty)
        return failure
    }

    private func mounting(_ source: String) -> StepInvocation {
        .container("true") { $0.mounts = [.init(source: source, target: "/data", isReadOnly: true)] }
    }

    @Test("No directory of the host may be mounted unless the worker permits it")
    func noneByDefault() async throws {
        let failure = try await failure(of: mounting("/etc"))

        #expect(failure.code == .notPermitted)
        #expect(!failure.isRetryable)
        #expect(failure.message.contains("/etc may not be mounted"))
        #expect(failure.message.contains("no directory of the host"))
    }

    @Test("A refusal names what is permitted, and says nothing about what exists elsewhere")
    func outside() async throws {
        let directory = try TemporaryDirectory()
        for source in ["/etc", "/no/such/place", "\(directory.path)x"] {
            let failure = try await failure(of: mounting(source), permitting: [directory.path])

            #expect(failure.code == .notPermitted)
            #expect(failure.message.contains("only \(directory.path)"), "\(failure)")
        }
    }

    @Test("A link that leads out of a permitted directory is refused")
    func link() async throws {
        let directory = try TemporaryDirectory()
        try directory.link("way-out", to: "/etc")
        let failure = try await failure(of: mounting("\(directory.path)/way-out"), permitting: [directory.path])

        #expect(failure.code == .notPermitted)
    }

    @Test("A source inside that does not exist is the step's fault")
    func missing() async throws {
        let directory = try TemporaryDirectory()
        let failure = try await failure(of: mounting("\(directory.path)/none"), permitting: [directory.path])

        #expect(failure.code == .invalidStep)
        #expect(failure.message.contains("does not exist"))
    }

    @Test("The engine's own socket is not shown, even where its directory is permitted")
    func socket() async throws {
        let directory = try TemporaryDirectory()
        let socket = try directory.file("run/engine.sock")
        let executor = ContainerExecutor(
            transport: ScriptedTransport(),
            options: .init(engine: .socket(socket), mountableDirectories: [directory.path]))
        for source in [socket, "\(directory.path)/run", directory.path] {
            let failure = try await executor.failure(of: mounting(source))

            #expect(failure.code == .notPermitted, "\(failure)")
            #expect(failure.message.contains("own socket"), "\(failure)")
        }
    }

    @Test("The host's network and those of other containers are refused", arguments: ["host", "container:db"])
    func network(_ name: String) async throws {
        let failure = try await failure(of: .container("true") { $0.network = name })

        #expect(failure.code == .notPermitted)
        #expect(failure.message.contains(name))
    }

    @Test("A reference that is none is the step's fault", arguments: ["Upper/case", "a::b"])
    func image(_ name: String) async throws {
        let failure = try await failure(of: .container("true", image: name))

        #expect(failure.code == .invalidStep)
        #expect(failure.message.contains(name))
    }

    @Test("A step of another kind is refused")
    func kind() async throws {
        #expect(try await failure(of: .shell("true")).code == .unknownKind)
    }
}
