internal import JobCore
internal import JobExecutors
internal import JobTransport

/// Puts together what can run steps here.
struct ExecutorAssembly {
    let options: ExecutionOptions
    let permissions: StepPermissions
    var destinations = DestinationPolicy()
    /// How long a process may take to end after it was asked to.
    var killGrace = Duration.seconds(10)

    /// What callbacks are signed with; without any none are sent from here.
    var callbackSecrets: [WebhookSecret] = []

    /// Executors for what the options allow, or everything where they say nothing.
    init(options: ExecutionOptions, killGrace: Duration = .seconds(10), callbackSecrets: [WebhookSecret] = []) {
        self.init(options: options, permissions: options.allow ?? .all)
        self.killGrace = killGrace
        self.callbackSecrets = callbackSecrets
    }

    /// Executors for some kinds of steps.
    init(
        options: ExecutionOptions, permissions: StepPermissions, destinations: DestinationPolicy = DestinationPolicy(),
        callbackSecrets: [WebhookSecret] = []
    ) {
        self.options = options
        self.permissions = permissions
        self.destinations = destinations
        self.callbackSecrets = callbackSecrets
    }

    /// Calls `body` with the executors, and frees what they hold afterwards.
    ///
    /// - Parameter kinds: the kinds that can come up; nil for all. Without HTTP no client library is set up.
    /// - Throws: ``CommandFailure`` when the HTTP library cannot be used; whatever `body` throws.
    func withExecutors(
        for kinds: Set<String>? = nil, _ body: (ExecutorRegistry) async throws -> Void
    ) async throws {
        var registry = ExecutorRegistry()
        let process = ProcessOptions(killGrace: killGrace)
        if permissions.allows(.command) || permissions.allows(.shell) {
            let base = ProcessEnvironment.absolute(options.directory)
            let commands = CommandExecutor(options: .init(baseDirectory: base, process: process))
            registry.register(
                PermittedCommands(commands: commands, permissions: permissions), for: BuiltInKind.command)
        }
        if permissions.allows(.script) {
            let root = ProcessEnvironment.absolute(options.scripts)
            registry.register(ScriptExecutor(root: root, options: process), for: BuiltInKind.script)
        }
        let wanted = { (permission: StepPermissions.Permission, kind: String) in
            permissions.allows(permission) && kinds?.contains(kind) ?? true
        }
        var transports: [CurlTransport] = []
        do {
            if wanted(.http, BuiltInKind.http) {
                let transport = try Self.transport(for: "HTTP")
                transports.append(transport)
                registry.register(
                    HTTPExecutor(
                        transport: transport, options: .init(destinations: destinations, proxy: .environment)),
                    for: BuiltInKind.http)
            }
            if !callbackSecrets.isEmpty {
                let transport = try Self.transport(for: "callback")
                transports.append(transport)
                registry.register(
                    CallbackExecutor(
                        transport: transport, secrets: callbackSecrets,
                        options: .init(destinations: destinations, proxy: .environment)),
                    for: BuiltInKind.callback)
            }
            if wanted(.container, BuiltInKind.container) {
                // One of its own: each container keeps a connection open, all of them to one place.
                let transport = try Self.transport(
                    for: "container", .init(maximumConcurrent: 4_096, maximumConcurrentPerOrigin: 2_048))
                transports.append(transport)
                registry.register(containers(transport), for: BuiltInKind.container)
            }
            try await body(registry)
        } catch {
            for transport in transports { await transport.shutdown() }
            throw error
        }
        for transport in transports { await transport.shutdown() }
    }

    private func containers(_ transport: CurlTransport) -> ContainerExecutor {
        ContainerExecutor(
            transport: transport,
            options: .init(
                mountableDirectories: options.containerMounts.map(ProcessEnvironment.absolute),
                allowsHostNetwork: options.containerHostNetwork, stopGrace: killGrace))
    }

    private static func transport(
        for kind: String, _ transportOptions: CurlTransport.Options = .init()
    ) throws(CommandFailure) -> CurlTransport {
        do throws(TransportError) { return try CurlTransport(options: transportOptions) } catch {
            throw CommandFailure(.unavailable, "\(kind) steps cannot be run here: \(error)")
        }
    }
}
