internal import JobCore
internal import JobExecutors
internal import JobTransport

/// Puts together what can run steps here.
struct ExecutorAssembly {
    let options: ExecutionOptions
    /// How long a process may take to end after it was asked to.
    var killGrace = Duration.seconds(10)

    /// Calls `body` with the executors, and frees what they hold afterwards.
    ///
    /// - Parameter kinds: the kinds that can come up; nil for all. Without HTTP no client library is set up.
    /// - Throws: ``CommandFailure`` when the HTTP library cannot be used; whatever `body` throws.
    func withExecutors(
        for kinds: Set<String>? = nil, _ body: (ExecutorRegistry) async throws -> Void
    ) async throws {
        var registry = ExecutorRegistry()
        let process = ProcessOptions(killGrace: killGrace)
        if options.allow.allows(.command) || options.allow.allows(.shell) {
            let base = ProcessEnvironment.absolute(options.directory)
            let commands = CommandExecutor(options: .init(baseDirectory: base, process: process))
            registry.register(
                PermittedCommands(commands: commands, permissions: options.allow), for: BuiltInKind.command)
        }
        if options.allow.allows(.script) {
            let root = ProcessEnvironment.absolute(options.scripts)
            registry.register(ScriptExecutor(root: root, options: process), for: BuiltInKind.script)
        }
        guard options.allow.allows(.http), kinds?.contains(BuiltInKind.http) ?? true else {
            return try await body(registry)
        }
        let transport = try Self.transport()
        registry.register(
            HTTPExecutor(transport: transport, options: .init(proxy: .environment)), for: BuiltInKind.http)
        do {
            try await body(registry)
            await transport.shutdown()
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    private static func transport() throws(CommandFailure) -> CurlTransport {
        do throws(TransportError) { return try CurlTransport() } catch {
            throw CommandFailure(.unavailable, "HTTP steps cannot be run here: \(error)")
        }
    }
}
