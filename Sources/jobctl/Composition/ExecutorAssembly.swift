internal import JobCore
internal import JobExecutors

/// Puts together what can run steps here.
struct ExecutorAssembly {
    let options: ExecutionOptions
    /// How long a process may take to end after it was asked to.
    var killGrace = Duration.seconds(10)

    /// Calls `body` with the executors, and frees what they hold afterwards.
    ///
    /// - Parameter kinds: the kinds that can come up; nil for all.
    /// - Throws: whatever `body` throws.
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
        try await body(registry)
    }
}
